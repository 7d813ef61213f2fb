"""Exports: to read, to print, to keep; whole or not at all, and never with what is secret."""

import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from desktop.core.content import DocumentPart, ImagePart, Role, TextPart
from desktop.core.conversation import (
    Conversation,
    Message,
    MessageStatus,
    StoredError,
    text_parts,
)
from desktop.core.errors import ExportFailed
from desktop.core.ids import MessageId, new_conversation_id, new_message_id
from desktop.core.sources import SentPassage
from desktop.services.transfer.exporter import Exporter, Format, file_name, suffix_for
from desktop.services.transfer.readable import to_html, to_markdown
from desktop.storage.importing import Whole
from desktop.storage.repositories.archive import ArchiveRepository
from tests.services.transfer.conftest import ignore

MOMENT = datetime(2026, 5, 4, 12, 3, tzinfo=UTC)


def message(conversation: Conversation, parent: MessageId | None, role: Role, text: str) -> Message:
    return Message(
        id=new_message_id(),
        conversation_id=conversation.id,
        parent_id=parent,
        role=role,
        parts=text_parts(text),
        status=MessageStatus.COMPLETE,
        created_at=MOMENT,
        model="gpt-5" if role is Role.ASSISTANT else None,
    )


def whole(title: str, *texts: str) -> tuple[Conversation, list[Message]]:
    conversation = Conversation(
        id=new_conversation_id(), title=title, created_at=MOMENT, updated_at=MOMENT
    )
    messages: list[Message] = []
    for number, text in enumerate(texts):
        parent = messages[-1].id if messages else None
        role = Role.ASSISTANT if number % 2 else Role.USER
        messages.append(message(conversation, parent, role, text))
    return replace(conversation, leaf_id=messages[-1].id), messages


async def put_in(
    archive: ArchiveRepository, conversation: Conversation, messages: Sequence[Message]
) -> None:
    await archive.add([Whole(conversation=conversation, messages=tuple(messages))])


def test_lines_of_a_poem_stay_lines():
    page = to_html(*whole("Poem", "A poem", "Roses are red,\nviolets are blue."))

    assert "Roses are red,<br />\nviolets are blue." in page


async def print_nothing(page: str, path: Path) -> None:
    path.write_text("%PDF " + page)


@pytest.fixture
def exporter(archive: ArchiveRepository) -> Exporter:
    return Exporter(archive, print_nothing)


class Addresses(HTMLParser):
    """Collects every address that a page would load by itself."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        values = dict(attrs)
        self.loaded += [values[name] or "" for name in ("src", "data", "poster") if name in values]
        if tag == "link":
            self.loaded.append(values.get("href") or "")


def test_markdown_is_the_branch_on_screen() -> None:
    conversation, messages = whole("Soup", "Which *soup*?", "**Leek**.")
    other = message(conversation, messages[0].id, Role.ASSISTANT, "Lentil.")

    assert to_markdown(conversation, [*messages, other]) == (
        "# Soup\n\n## You · 2026-05-04 12:03\n\nWhich *soup*?\n\n"
        "## Assistant (gpt-5) · 2026-05-04 12:03\n\n**Leek**.\n"
    )


def test_r02_a_page_loads_nothing_and_runs_nothing() -> None:
    hostile = (
        "![x](http://evil.test/a.png) <img src=http://evil.test/b> <script>alert(1)</script>\n\n"
        "[click](javascript:alert(1)) [file](file:///etc/passwd) [good](https://example.org)\n\n"
        "| a |\n|---|\n| b |\n\n```html\n<iframe src='http://evil.test'>\n```"
    )
    conversation, messages = whole("<b>Soup</b>", "<img src=x onerror=alert(1)>", hostile)
    page = to_html(conversation, messages)
    found = Addresses(page)

    assert found.loaded == []
    assert not found.tags & {"script", "iframe", "img", "link", "object", "b"}
    assert "default-src 'none'" in page
    assert 'href="https://example.org"' in page
    assert "javascript:alert(1)" in page  # as words
    assert 'href="javascript' not in page
    assert "<table>" in page


def test_pictures_are_inside_the_page_and_files_are_named() -> None:
    conversation, messages = whole("Soup", "Look")
    picture = ImagePart(b"\x89PNG\r\n\x1a\n", "image/png")
    parts = (TextPart("Look"), picture, DocumentPart(b"%PDF", "application/pdf", "a <b>.pdf"))
    messages = [replace(messages[0], parts=parts)]

    assert Addresses(to_html(conversation, messages)).loaded == [
        "data:image/png;base64,iVBORw0KGgo="
    ]
    assert "[The file a &lt;b&gt;.pdf]" in to_html(conversation, messages)
    assert "[A picture]\n\n[The file a <b>.pdf]" in to_markdown(conversation, messages)


def test_what_an_answer_cites_can_be_looked_up_in_what_is_exported() -> None:
    conversation, messages = whole("Mill", "How fast?", "Eleven turns [1].")
    passages = {
        messages[1].id: [
            SentPassage(number=1, title="mill <b>.md", text="Eleven.", place="page 2"),
            SentPassage(number=2, title="An old talk", text="Ten."),
        ]
    }

    assert to_markdown(conversation, messages, passages).endswith(
        "Eleven turns [1].\n\nSources:\n\n- [1] mill <b>.md, page 2\n- [2] An old talk\n"
    )
    assert "<li>[1] mill &lt;b&gt;.md, page 2</li>" in to_html(conversation, messages, passages)
    assert "Sources" not in to_markdown(conversation, messages)


async def test_several_are_put_into_one_archive_under_names_of_their_own(
    exporter: Exporter, archive: ArchiveRepository, tmp_path: Path
) -> None:
    for title in ("Soup", "soup", "a/b:\0c", ""):
        await put_in(archive, *whole(title, "Hello"))
    target = tmp_path / "all.zip"
    ids = await archive.ids()

    assert await exporter.export(ids, Format.MARKDOWN, target, ignore) == 4
    with zipfile.ZipFile(target) as written:
        assert sorted(written.namelist()) == sorted(
            ["Soup.md", "soup (2).md", "a b c.md", "Conversation.md"]
        ) or sorted(written.namelist()) == sorted(
            ["Soup (2).md", "soup.md", "a b c.md", "Conversation.md"]
        )
        assert b"Hello" in written.read("a b c.md")


async def test_i08_what_had_the_name_stays_when_it_fails(
    exporter: Exporter, archive: ArchiveRepository, small_disk: Path
) -> None:
    await put_in(archive, *whole("Soup", "word " * 1_000_000))
    target = small_disk / "all.json"
    target.write_text("what was here")

    with pytest.raises(ExportFailed, match="no space left"):
        await exporter.export(await archive.ids(), Format.JSON, target, ignore)

    assert target.read_text() == "what was here"
    assert list(small_disk.iterdir()) == [target]
    with pytest.raises(ExportFailed):
        await exporter.export(await archive.ids(), Format.JSON, small_disk / "no" / "x", ignore)


async def test_i09_no_home_directory_in_what_parley_itself_writes(
    exporter: Exporter, archive: ArchiveRepository, tmp_path: Path
) -> None:
    conversation, messages = whole("Soup", "Hello", "cut")
    home = str(Path.home())
    error = StoredError(kind="DiskFull", message=f"No space on {home}/parley.db", cure=home)
    await put_in(archive, conversation, [messages[0], replace(messages[1], error=error)])
    target = tmp_path / "all.json"
    await exporter.export(await archive.ids(), Format.JSON, target, ignore)
    written = json.loads(target.read_text())

    assert written["format"] == "parley-conversations"
    assert (
        written["conversations"][0]["messages"][1]["error"]["message"] == "No space on ~/parley.db"
    )
    if home != os.sep:
        assert home not in target.read_text()


@pytest.mark.parametrize(
    ("fmt", "count", "suffix"),
    [(Format.JSON, 9, "parley.json"), (Format.PDF, 1, "pdf"), (Format.HTML, 2, "zip")],
)
def test_the_ending_fits_what_is_written(fmt: Format, count: int, suffix: str) -> None:
    assert suffix_for(fmt, count) == suffix


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("a/../b", "a .. b"),
        ("  . ", "Conversation"),
        ("x" * 300, "x" * 80),
        ("Süppe 🍜", "Süppe 🍜"),
    ],
)
def test_titles_become_names_that_lead_nowhere(title: str, name: str) -> None:
    assert file_name(title) == name
