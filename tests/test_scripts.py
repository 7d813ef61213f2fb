"""The scripts and what they install: they parse, everything is locked, no host is named."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = [
    path
    for path in (*sorted((ROOT / "script").rglob("*")), ROOT / ".ci" / "run")
    if path.is_file() and path.suffix in {"", ".sh"}
]
LOCKS = sorted((ROOT / "script" / "lock").glob("*.txt"))
TEXTS = [
    path
    for place in (".ci", ".github", "desktop", "resources", "script", "tests")
    for path in sorted((ROOT / place).rglob("*"))
    if path.suffix
    in {"", ".py", ".sh", ".txt", ".md", ".toml", ".desktop", ".ini", ".iss", ".xml", ".yml"}
    and path.is_file()
] + [path for path in sorted(ROOT.iterdir()) if path.suffix in {".md", ".toml", ".spec"}]
HOSTS = re.compile(
    r"\b(?:pypi\.(?:org|io)|(?:files\.)?pythonhosted\.\w+|registry\.npmjs|\w+\.debian\.org)"
)


def locked(lock: Path) -> dict[str, set[str]]:
    """Return what is locked: more than one version where platforms differ."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"(?m)^([a-z0-9.-]+)==([^ ;\\]+)", lock.read_text("utf-8")):
        versions.setdefault(name, set()).add(version)
    return versions


def wanted(*, extra: str | None, groups: tuple[str, ...]) -> list[Requirement]:
    """Return what pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lines = list(project["project"]["dependencies"])
    if extra:
        lines += project["project"]["optional-dependencies"][extra]
    for group in groups:
        lines += [line for line in project["dependency-groups"][group] if isinstance(line, str)]
    return [Requirement(line) for line in lines]


def bash(code: str) -> str:
    """Run `code` with the scripts' functions at hand."""
    command = ["bash", "-c", f"source script/lib.sh; {code}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_the_script_parses_and_can_be_run(path: Path) -> None:
    subprocess.run(["bash", "-n", str(path)], check=True)

    assert path.suffix == ".sh" or path.stat().st_mode & 0o111


@pytest.mark.parametrize(
    ("name", "extra", "groups"),
    [
        ("app", None, ("build",)),
        ("bundle", "local", ("build", "bundle")),
        ("local", "local", ("build",)),
        ("dev", "local", ("build", "bundle", "dev")),
    ],
)
def test_every_dependency_is_locked(name: str, extra: str | None, groups: tuple[str, ...]) -> None:
    versions = locked(ROOT / "script" / "lock" / f"{name}.txt")

    for requirement in wanted(extra=extra, groups=groups):
        found = versions.get(canonicalize_name(requirement.name), set())
        assert any(requirement.specifier.contains(version) for version in found), (
            f"{requirement}: run script/lock/update"
        )


def test_the_locks_agree_and_everything_has_a_hash() -> None:
    dev = locked(ROOT / "script" / "lock" / "dev.txt")

    assert [lock.stem for lock in LOCKS] == ["app", "bundle", "dev", "local"]
    for lock in LOCKS:
        assert locked(lock).items() <= dev.items(), lock.name
        stanzas = re.split(r"(?m)^(?=\S)", lock.read_text("utf-8"))
        assert [stanza for stanza in stanzas if stanza and "--hash=sha256:" not in stanza] == []


def test_no_registrys_host_is_named() -> None:
    named = {
        str(path.relative_to(ROOT)): found[0]
        for path in TEXTS
        if (found := HOSTS.search(path.read_text("utf-8")))
    }

    assert named == {}


def test_packages_are_named_for_the_objects_that_are_absent() -> None:
    known = "\tlibEGL.so.1 (libc6,x86-64) => /lib/libEGL.so.1"

    assert bash(f"lacking '{known}' $'libEGL.so.1 libegl1\\nlibGL.so.1 libgl1'") == " libgl1"


def test_the_python_that_is_found_is_recent_enough() -> None:
    found = bash("find_python").strip()

    code = "import sys; print(sys.version_info >= (3, 11))"
    assert subprocess.check_output([found, "-c", code], text=True).strip() == "True"


def test_an_environment_that_was_moved_is_not_current(tmp_path: Path) -> None:
    code = (
        f"venv={tmp_path}; mkdir -p $venv/bin; ln -s /bin/true $venv/bin/python;"
        "fingerprint dev > $venv/.made-from-dev; is_current dev && echo current;"
        "mv $venv $venv-moved; venv=$venv-moved; is_current dev || echo moved"
    )

    assert bash(code).split() == ["current", "moved"]
