"""The cases R-* of untrusted text, each also one character at a time, and all the samples."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.core.content import Role
from desktop.core.conversation import MessageStatus, text_parts
from desktop.ui.transcript.flow import Flow
from desktop.ui.transcript.items.code import CodeItem
from desktop.ui.transcript.markdown import Markdown
from desktop.ui.transcript.view import TranscriptView
from tests.ui.opener import Opener, opener_of
from tests.ui.transcript.conftest import MakeMessage
from tests.ui.transcript.corpus import SAMPLES
from tests.ui.transcript.hands import words_at
from tests.ui.transcript.recorded import recorded_answers

TEXTS = {path.stem: path.read_text("utf-8") for path in sorted(SAMPLES.glob("*.md"))}
FORBIDDEN = ("file", "smb", "javascript", "data", "vscode", "ms-msdt", "calculator")
Show = Callable[[str], None]


@pytest.fixture(params=["at_once", "by_character"])
def show(request: pytest.FixtureRequest, view: TranscriptView, message: MakeMessage) -> Show:
    """Give a way to show an answer: whole, or laid out after each character."""

    def at_once(text: str) -> None:
        view.set_messages([message(Role.ASSISTANT, text)])

    def by_character(text: str) -> None:
        view.set_messages([])
        answer = message(Role.ASSISTANT, "", MessageStatus.STREAMING)
        view.add_message(answer)
        for character in text:
            view.append_text(answer.id, character)
            view._flush()
        view.finish_message(replace(answer, parts=text_parts(text), status=MessageStatus.COMPLETE))

    return at_once if request.param == "at_once" else by_character


@pytest.fixture
def opener() -> Iterator[Opener]:
    with opener_of("http", "https", "mailto", *FORBIDDEN) as opener:
        yield opener


def shown(view: TranscriptView) -> str:
    """Return what is set on screen, letter by letter."""
    top = view.verticalScrollBar().value()
    places = view._layout.places(top, top + view.viewport().height())
    return "\n".join(place.item.shown() for place in places)


def click(view: TranscriptView, words: str) -> None:
    start, end = words_at(view, words)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=(start + end) / 2)


def test_r03_every_visible_character_is_there(view: TranscriptView, show: Show):
    text = f"List<String> <br> <think>hm</think> a<b && c>d\n\n{'> ' * 30}deep\n\n- [ ] a task"
    show(text)

    on_screen = shown(view)
    for words in ("List<String> <br> <think>hm</think> a<b && c>d", "deep", "a task"):
        assert words in on_screen
    view.select_all()
    assert view.selected_text() == text


def test_r04_only_web_and_mail_addresses_are_opened(
    view: TranscriptView, show: Show, opener: Opener
):
    links = [f"[to-{scheme}]({scheme}:some/thing)" for scheme in FORBIDDEN]
    allowed = "[to-web](https://a.org/x) [to-old-web](http://a.org/y) [to-mail](mailto:a@b.org)"
    show("\n\n".join([*links, allowed]))
    before = view.plain_text()

    for scheme in FORBIDDEN:
        click(view, f"to-{scheme}")
    assert opener.opened == []
    for words in ("to-web", "to-old-web", "to-mail"):
        click(view, words)

    assert opener.opened == ["https://a.org/x", "http://a.org/y", "mailto:a@b.org"]
    assert view.plain_text() == before


def test_r05_a_link_that_says_another_host_shows_its_own(view: TranscriptView, show: Show):
    show("Log in at [https://bank.com](https://evil.example/login) or [here](https://evil.example)")

    assert "https://bank.com (evil.example)" in shown(view)


def test_r06_huge_words_and_lines_keep_their_text(view: TranscriptView, message: MakeMessage):
    for text in ("w" * 200_000, "line\n" * 20_000, "|a|b|\n|-|-|\n" + "|x|y|\n" * 2_000):
        view.set_messages([message(Role.ASSISTANT, text)])
        view.select_all()
        assert view.selected_text() == text


def test_r10_what_hides_or_reorders_text_is_made_visible(view: TranscriptView, show: Show):
    text = "user\u202etxt.exe pay\u200bpal \U000e0041\n\n```\ncode \u2066 too\n```\n\n| \ufeffa |\n|---|\n| b |"
    show(text)

    on_screen = shown(view)
    for number in ("202E", "200B", "E0041", "2066", "FEFF"):
        assert f"⟨U+{number}⟩" in on_screen
    view.select_all()
    assert view.selected_text() == text


@pytest.mark.parametrize("name", ["../../x", "y" * 2_000, "no-such-language", "<b>"])
def test_r12_an_odd_language_is_plain_code(view: TranscriptView, message: MakeMessage, name: str):
    view.set_messages([message(Role.ASSISTANT, f"```{name}\nx = 1\n```")])

    item = next(item for item in view._layout.entry(0).items if isinstance(item, CodeItem))
    assert item.boxes[0].box.rich.formats == []
    assert not item.is_stale


def test_there_are_samples_enough():
    assert len(TEXTS) >= 60


@pytest.mark.parametrize("name", TEXTS)
def test_a_sample_looks_the_same_however_it_comes(name: str):
    text, markdown = TEXTS[name], Markdown()
    whole, grown = Flow(markdown), Flow(markdown)
    whole.set_text(text)
    for character in text:
        grown.append(character)
        grown.flush()

    grown.finish(text)

    assert grown.specs == whole.specs


def test_all_samples_can_be_read_selected_and_copied(view: TranscriptView, message: MakeMessage):
    """What was stored once is shown whenever it is opened (R-08), and copied as it was."""
    texts = list(TEXTS.values())
    view.set_messages([message(Role.ASSISTANT, text) for text in texts])
    bar = view.verticalScrollBar()
    bar.setValue(0)
    while bar.value() < bar.maximum():
        bar.setValue(bar.value() + view.viewport().height())
        QApplication.processEvents()

    view.select_all()

    assert view.selected_text() == "\n\n".join(texts)


def test_answers_of_real_models_can_be_read_and_copied(view: TranscriptView, message: MakeMessage):
    texts = recorded_answers()
    if not texts:
        pytest.skip("there is no recorded traffic beside the repository")
    view.set_messages([message(Role.ASSISTANT, text) for text in texts])
    view.verticalScrollBar().setValue(0)

    view.select_all()

    assert view.selected_text() == "\n\n".join(texts)
