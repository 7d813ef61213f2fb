"""The rules that keep the code small and its layers apart."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "desktop").rglob("*.py"))
ALL_FILES = SOURCES + sorted((ROOT / "tests").rglob("*.py"))


def test_imports_keep_to_the_layers() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([str(linter)], cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_over_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_spins_a_nested_event_loop(path: Path) -> None:
    hits = re.findall(
        r"\.exec\(|processEvents|QMessageBox\.(?:question|critical|warning)\(|QFileDialog\.get|QInputDialog\.get",
        path.read_text("utf-8"),
    )

    assert hits == []


def test_broad_excepts_stand_at_the_two_outer_boundaries_only() -> None:
    hits = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]

    assert set(hits) <= {"desktop/ui/tasks.py", "desktop/app.py"}, hits


def test_the_llm_package_imports_no_sdk() -> None:
    code = (
        "import sys, desktop.llm;"
        "heavy = {'openai', 'anthropic', 'sqlalchemy', 'PySide6', 'httpx2', 'numpy'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "[]"
