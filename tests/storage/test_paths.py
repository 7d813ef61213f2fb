"""Where files go, who may read them, and one Parley for each place."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.core.errors import AlreadyRunning, DataNotWritable
from desktop.storage.instance import InstanceLock
from desktop.storage.paths import Paths


def test_home_comes_before_the_environment_and_that_before_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_HOME", str(tmp_path / "environment"))
    given = Paths.resolve(tmp_path / "given")
    from_environment = Paths.resolve(None)
    monkeypatch.delenv("PARLEY_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))

    assert given.database == tmp_path / "given" / "parley.db"
    assert from_environment.data == tmp_path / "environment"
    assert "parley" in str(Paths.resolve(None).data).lower()


def test_one_home_holds_everything(tmp_path: Path) -> None:
    paths = Paths.resolve(tmp_path)

    for path in (paths.config, paths.log, paths.cache, paths.models, paths.backups, paths.key_file):
        assert tmp_path in path.parents


def test_a_relative_home_does_not_follow_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert Paths.resolve(Path("here")).data == tmp_path / "here"


def test_directories_are_private(paths: Paths) -> None:
    paths.create()

    for directory in (paths.data, paths.config, paths.log, paths.cache):
        assert directory.stat().st_mode & 0o777 == 0o700


def test_a_file_in_the_way_is_named(paths: Paths) -> None:
    paths.data.write_text("in the way")

    with pytest.raises(DataNotWritable, match=str(paths.data)) as caught:
        paths.create()

    assert "--home" in caught.value.cure
    assert paths.data.read_text() == "in the way"


def test_a_second_process_is_refused_until_the_first_has_ended(paths: Paths) -> None:
    paths.create()
    code = (
        "import sys; from pathlib import Path; from desktop.storage.instance import InstanceLock;"
        "from desktop.storage.paths import Paths;"
        "lock = InstanceLock(Paths.resolve(Path(sys.argv[1]))); lock.acquire();"
        "print('locked', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(paths.data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(AlreadyRunning, match="already running"):
            InstanceLock(paths).acquire()
        other.kill()
        other.wait(30)

    with InstanceLock(paths):
        assert paths.lock_file.exists()


def test_a_lock_that_was_released_can_be_taken_again(paths: Paths) -> None:
    paths.create()

    for _ in range(3):
        with InstanceLock(paths):
            pass


def test_a_lock_that_can_not_be_made_says_where(paths: Paths) -> None:
    paths.data.write_text("in the way")

    with pytest.raises(DataNotWritable, match=str(paths.data)):
        InstanceLock(paths).acquire()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_read_only_directory_is_named(paths: Paths, read_only_mount: Path) -> None:
    with pytest.raises(DataNotWritable, match=str(read_only_mount)):
        Paths.resolve(read_only_mount).create()
