"""Pictures and files of messages: kept once, read when needed, gone with their last reference."""

import json
import os
import stat
from contextlib import closing
from pathlib import Path

import pytest

from desktop.core.attachment import Attachment
from desktop.core.content import DocumentPart, ImagePart, StoredBytes, TextPart
from desktop.core.errors import DataNotWritable
from desktop.storage import schema
from desktop.storage.attachments import AttachmentFiles, sweep
from desktop.storage.backup import back_up
from desktop.storage.database import Database
from desktop.storage.importing import Whole
from desktop.storage.paths import Paths
from desktop.storage.repositories.archive import ArchiveRepository
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.drafts import DraftRepository
from desktop.storage.repositories.organising import OrganisingRepository
from tests.storage.conftest import MakeConversation, MakeMessage

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 1000
PICTURE = ImagePart(PNG, "image/png")
FILE = DocumentPart(b"# Soup", "text/markdown", "soup.md")


@pytest.fixture
def files(database: Database) -> AttachmentFiles:
    return database.attachments


def age(files: AttachmentFiles) -> None:
    for path in files.found():
        os.utime(path, (1, 1))


async def test_the_same_bytes_are_kept_once_and_not_in_the_database(
    paths: Paths,
    files: AttachmentFiles,
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    conversation = make_conversation()
    await repository.create(conversation)
    parts = files.kept((TextPart("Look"), PICTURE, FILE, PICTURE))
    await repository.add_message(make_message(conversation.id, parts=parts))

    assert len(files.found()) == 2
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files.found())
    [message] = await repository.branch(conversation.id)
    assert message.parts == (TextPart("Look"), PICTURE, FILE, PICTURE)
    picture = message.parts[1]
    assert isinstance(picture, ImagePart)
    assert isinstance(picture.content, StoredBytes)
    assert picture.data == PNG
    with closing(schema.connect(paths.database)) as connection:
        row = connection.execute("SELECT parts FROM message").fetchone()
    assert [sorted(record) for record in json.loads(row[0])][1] == [
        "digest",
        "media_type",
        "size",
        "type",
    ]


async def test_what_is_put_in_whole_is_stored_beside_the_database(
    database: Database,
    files: AttachmentFiles,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    conversation = make_conversation()
    message = make_message(conversation.id, parts=(PICTURE,))
    archive = ArchiveRepository(database)
    await archive.add([Whole(conversation=conversation, messages=(message,))])

    assert [path.read_bytes() for path in files.found()] == [PNG]


async def test_a_file_goes_with_its_last_reference_copies_included(
    paths: Paths,
    database: Database,
    files: AttachmentFiles,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    archive, organising = ArchiveRepository(database), OrganisingRepository(database)
    one, other = make_conversation("One"), make_conversation("Other")
    for conversation in (one, other):
        message = make_message(conversation.id, parts=(PICTURE, FILE))
        await archive.add([Whole(conversation=conversation, messages=(message,))])
    await organising.trash([one.id])
    await organising.erase([one.id])
    age(files)
    assert sweep(paths) == 0
    copy = back_up(paths.database, paths.backups, "daily")
    await organising.trash([other.id])
    await organising.erase([other.id])
    assert sweep(paths) == 0  # the copy still refers to them
    copy.path.unlink()

    assert sweep(paths) == 2
    assert files.found() == []


async def test_what_waits_in_the_composer_is_referred_to(
    paths: Paths,
    database: Database,
    files: AttachmentFiles,
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    drafts = DraftRepository(database)
    conversation = make_conversation()
    await repository.create(conversation)
    picture = ImagePart(files.keep(PNG), "image/png")
    notes = DocumentPart(files.keep(b"notes"), "text/markdown", "notes.txt")
    waiting = [
        Attachment(name="a.png", part=picture, tokens=3, detail="1 x 1", thumbnail=PNG),
        Attachment(name="notes.txt", part=notes, tokens=1, detail="TXT"),
    ]
    await drafts.save_files(conversation.id, waiting)
    await drafts.save_files(None, waiting[1:])
    age(files)

    assert sweep(paths) == 0
    stored = await repository.get(conversation.id)
    assert stored is not None
    assert stored.draft_files == tuple(waiting)
    assert await drafts.files_of_new_chat() == (waiting[1],)

    # What is sent is no draft any more; what is not, stays one.
    await repository.add_message(make_message(conversation.id, parts=(notes,)))
    stored = await repository.get(conversation.id)
    assert stored is not None
    assert [file.name for file in stored.draft_files] == ["a.png"]
    assert await drafts.files_of_new_chat() == ()
    await drafts.save_files(conversation.id, [])
    assert sweep(paths) == 1
    assert [path.read_bytes() for path in files.found()] == [b"notes"]


async def test_a_draft_whose_file_is_gone_is_left_out(
    database: Database, files: AttachmentFiles
) -> None:
    drafts = DraftRepository(database)
    picture = ImagePart(files.keep(PNG), "image/png")
    await drafts.save_files(None, [Attachment(name="a", part=picture, tokens=1, detail="")])
    files.found()[0].unlink()

    assert await drafts.files_of_new_chat() == ()


async def test_an_odd_record_does_not_hide_what_others_refer_to(
    paths: Paths,
    database: Database,
    files: AttachmentFiles,
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    conversation = make_conversation()
    await repository.create(conversation)
    for odd in ("no JSON", '["text"]', "3", '{"digest": 3}', "[null, {}]"):
        message = make_message(conversation.id)
        await repository.add_message(message)
        with closing(schema.connect(paths.database)) as connection:
            change = "UPDATE message SET parts = ? WHERE id = ?"
            connection.execute(change, (odd, message.id.hex))
    parts = files.kept((PICTURE,))
    await repository.add_message(make_message(conversation.id, parts=parts))
    age(files)

    assert sweep(paths) == 0


async def test_a_copy_from_before_drafts_had_files_still_refers(
    paths: Paths,
    database: Database,
    files: AttachmentFiles,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    conversation = make_conversation()
    message = make_message(conversation.id, parts=files.kept((PICTURE,)))
    await ArchiveRepository(database).add([Whole(conversation=conversation, messages=(message,))])
    copy = back_up(paths.database, paths.backups, "daily")
    with closing(schema.connect(copy.path)) as connection:
        connection.execute("ALTER TABLE conversation DROP COLUMN draft_files")
    organising = OrganisingRepository(database)
    await organising.trash([conversation.id])
    await organising.erase([conversation.id])
    age(files)

    assert sweep(paths) == 0


async def test_what_is_new_stays_until_it_is_sent(paths: Paths, files: AttachmentFiles) -> None:
    kept = files.keep(PNG).path
    left = kept.with_name(f".{kept.name}.abc.new")
    left.write_bytes(b"half a picture")

    assert sweep(paths) == 0
    assert len(files.found()) == 1
    assert left.exists()
    os.utime(left, (1, 1))  # a crash left it, long ago
    assert sweep(paths) == 0
    assert not left.exists()


async def test_a_name_that_is_no_digest_leads_nowhere(files: AttachmentFiles) -> None:
    stored = files.stored("../../../etc/passwd", 5)

    assert stored.path.is_relative_to(files.path_of("0" * 64).parent.parent)
    with pytest.raises(OSError, match="No such file"):
        _ = ImagePart(stored, "image/png").data


def test_a_directory_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "attachments").write_text("a file where the directory should be")

    with pytest.raises(DataNotWritable):
        AttachmentFiles(tmp_path / "attachments").keep(PNG)
