"""A full disk takes the reserve, and what was being written is stored in its room."""

from pathlib import Path

import pytest

from desktop.core.errors import DiskFull
from desktop.storage import reserve
from desktop.storage.database import Database
from desktop.storage.file_system import is_on_network, synchroniser_of
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.reserve import Reserve
from tests.storage.conftest import MakeConversation, MakeMessage


async def test_d16_the_current_text_is_kept_and_the_user_told(
    small_disk: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    monkeypatch.setattr(reserve, "SIZE", 300 * 1024)
    monkeypatch.setattr(reserve, "PLENTY", 600 * 1024)
    paths = Paths.resolve(small_disk)
    database = await Database.open(paths)
    assert Reserve(paths.reserve).fill()
    told: list[str] = []
    database.on_disk_full = lambda: told.append("full")
    repository = ConversationRepository(database)
    conversation = make_conversation()
    await repository.create(conversation)
    fill(small_disk)

    message = make_message(conversation.id, text="what I was writing " * 500)
    await repository.add_message(message)

    assert told == ["full"]
    assert not paths.reserve.exists()
    assert [m.text for m in await repository.branch(conversation.id)] == [message.text]
    fill(small_disk)
    with pytest.raises(DiskFull):  # the reserve is used up: now it is said
        await repository.add_message(
            make_message(conversation.id, message.id, text="more " * 200_000)
        )
    assert [m.text for m in await repository.branch(conversation.id)] == [message.text]
    await database.close()


def fill(directory: Path) -> None:
    with (directory / "room").open("ab", buffering=0) as file:
        size = 64 * 1024
        while size >= 512:
            try:
                file.write(b"x" * size)
            except OSError:
                size //= 2


def test_no_reserve_is_made_on_a_disk_that_is_nearly_full(small_disk: Path) -> None:
    assert not Reserve(small_disk / "reserve").fill()
    assert list(small_disk.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/home/me/OneDrive/parley", "OneDrive"),
        ("/home/me/OneDrive - Work/parley", "OneDrive"),
        ("/Users/me/Library/Mobile Documents/com~apple~CloudDocs/x", "iCloud"),
        ("/home/me/Dropbox/parley", "Dropbox"),
        ("/home/me/.local/share/parley", None),
        ("/home/me/My Dropboxes", None),
    ],
)
def test_folders_that_are_synchronised_are_known(path: str, service: str | None) -> None:
    assert synchroniser_of(Path(path)) == service


@pytest.mark.parametrize(
    ("place", "remote"), [("/home", False), ("/mnt/my share/data", True), ("/mnt", False)]
)
def test_network_drives_are_known(
    place: str, remote: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop.storage import file_system

    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/sda / ext4 rw 0 0\nserver:/x /mnt/my\\040share nfs4 rw 0 0\n")
    monkeypatch.setattr(file_system, "_MOUNTS", mounts)

    assert is_on_network(Path(place)) is remote
