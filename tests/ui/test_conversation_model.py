from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.core.conversation_summary import ConversationSummary
from desktop.core.ids import new_conversation_id
from desktop.core.organising import Age, Group, Span
from desktop.presenters.sidebar_view import PAGE
from desktop.ui.conversation_model import ConversationListModel, ConversationRole

SummaryMaker = Callable[..., ConversationSummary]
TODAY = date(2026, 3, 15)


@pytest.fixture
def model(qapp: QCoreApplication) -> ConversationListModel:
    return ConversationListModel()


def texts(model: ConversationListModel) -> list[str]:
    return [model.index(row).data() for row in range(min(model.rowCount(), 50))]


def on(day: date, title: str, *, pinned: bool = False) -> ConversationSummary:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return ConversationSummary(
        id=new_conversation_id(), title=title, updated_at=noon, pinned=pinned
    )


def test_groups_conversations_by_age(model: ConversationListModel) -> None:
    days = {"a": 0, "b": 1, "c": 2, "d": 7, "e": 8, "f": 30, "g": 60}
    rows = [on(TODAY - timedelta(days=age), title) for title, age in days.items()]
    rows = [on(TODAY, "p", pinned=True), *rows, on(date(2024, 5, 2), "h")]
    model.set_rows(rows, today=TODAY)

    assert texts(model) == [
        *("Pinned", "p", "Today", "a", "Yesterday", "b", "Previous 7 days", "c", "d"),
        *("Previous 30 days", "e", "f", "January", "g", "May 2024", "h"),
    ]


def test_a_clock_that_was_ahead_counts_as_today(model: ConversationListModel) -> None:
    model.set_rows([on(TODAY + timedelta(days=400), "from the future")], today=TODAY)

    assert texts(model)[0] == "Today"


def test_one_group_without_a_heading(model: ConversationListModel, summary: SummaryMaker) -> None:
    model.set_list([Group(None, 2)], {0: [summary("a"), summary("b", days=9)]})

    assert texts(model) == ["a", "b"]


def test_pages_are_asked_for_when_they_are_looked_at(
    qtbot: QtBot, model: ConversationListModel, summary: SummaryMaker
) -> None:
    first = [summary(f"first {number}") for number in range(PAGE)]
    groups = [Group(Span(Age.TODAY), 300), Group(Span(Age.YESTERDAY), 99_700)]
    model.set_list(groups, {0: first})
    assert model.rowCount() == 100_002
    assert texts(model)[:2] == ["Today", "first 0"]
    assert model.index(301).data() == "Yesterday"

    asked: list[int] = []
    model.page_requested.connect(asked.append)
    row = model.row_at(50_000)
    for _ in range(3):
        assert model.index(row).data(ConversationRole.SUMMARY) is None
    assert asked == [250]  # once, and the heading asked for nothing
    rows = [summary(f"deep {number}") for number in range(PAGE)]
    with qtbot.waitSignal(model.dataChanged):
        model.set_page(250, rows)
    assert model.index(row).data() == "deep 0"
    assert model.index_of(rows[7].id).row() == row + 7
    assert model.page_of(row) == 250
    assert model.page_of(301) == 1


def test_only_so_many_pages_are_kept(model: ConversationListModel, summary: SummaryMaker) -> None:
    model.set_list([Group(None, 100_000)], {})
    row = [summary("a")]
    for number in range(200):
        model.set_page(number, row)

    assert model.summary(model.index(0)) is None
    assert model.summary(model.index(199 * PAGE)) == row[0]


def test_keeps_the_rules_of_qt_models(
    model: ConversationListModel, summary: SummaryMaker, qtmodeltester: ModelTester
) -> None:
    first = summary("a")
    model.set_rows([first, summary("b", days=1)])
    qtmodeltester.check(model)
    model.set_active(first.id, True)
    model.set_open(first.id)
    model.set_rows([summary("c")])
    model.set_rows([])


def test_unchanged_rows_are_updated_without_a_reset(
    qtbot: QtBot, model: ConversationListModel, summary: SummaryMaker
) -> None:
    row = summary("before")
    model.set_rows([row])
    renamed = ConversationSummary(id=row.id, title="after", updated_at=row.updated_at)
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.set_rows([renamed])

    assert texts(model)[1] == "after"


def test_headings_cannot_be_chosen(model: ConversationListModel, summary: SummaryMaker) -> None:
    model.set_rows([summary("a")])

    assert model.flags(model.index(0)) == Qt.ItemFlag.NoItemFlags
    assert model.flags(model.index(1)) & Qt.ItemFlag.ItemIsEditable
    assert model.summary(model.index(0)) is None


def test_an_edited_title_is_reported_in_one_line(
    qtbot: QtBot, model: ConversationListModel, summary: SummaryMaker
) -> None:
    row = summary("before")
    model.set_rows([row])
    with qtbot.waitSignal(model.renamed) as renamed:
        assert model.setData(model.index(1), "  two\nlines ")

    assert renamed.args == [row.id, "two lines"]
    assert texts(model)[1] == "before"


@pytest.mark.parametrize("title", ["", "   ", "before"])
def test_a_title_that_says_nothing_new_is_not_reported(
    qtbot: QtBot, model: ConversationListModel, summary: SummaryMaker, title: str
) -> None:
    model.set_rows([summary("before")])
    with qtbot.assertNotEmitted(model.renamed):
        assert not model.setData(model.index(1), title)


def test_screen_readers_hear_the_marks(model: ConversationListModel, summary: SummaryMaker) -> None:
    row = summary("Soup", pinned=True)
    model.set_rows([row])
    model.set_active(row.id, True)

    assert model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "Soup, pinned, answering"
    assert model.index(1).data(ConversationRole.ACTIVE) is True
