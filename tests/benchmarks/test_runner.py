"""The runner: which benchmarks it takes and what it writes."""

import json
from pathlib import Path

import pytest

from tests.benchmarks import run
from tests.benchmarks.figure import Figure, figure


def test_a_budget_limits_the_ratio_where_there_is_a_floor() -> None:
    assert figure("a", 3.0, "s", floor=1.0, budget=2.5).ok is False
    assert figure("a", 3.0, "s", floor=1.0, budget=5, budget_of="value").ok is True
    assert figure("a", 100, "MB", budget=150).ok is True
    assert figure("a", 100, "MB").ok is None


def test_a_group_or_a_name_chooses_benchmarks() -> None:
    every: run.Benchmarks = {"start.window": list, "start.rest_memory": list, "starter": list}

    assert list(run.choose(every, [])) == list(every)
    assert list(run.choose(every, ["start"])) == ["start.window", "start.rest_memory"]
    assert list(run.choose(every, ["starter"])) == ["starter"]
    with pytest.raises(SystemExit, match="no benchmark stop"):
        run.choose(every, ["stop"])


def test_plain_rows_become_figures() -> None:
    row = {"name": "a", "value": 1, "unit": "s", "floor": None, "ratio": None}

    assert list(run.measure({"a": lambda: [row]})) == [Figure(name="a", value=1, unit="s")]


def test_the_json_has_the_fields_of_the_table(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        run, "discover", lambda: {"a.b": lambda: [figure("a.b", 2, "ms", floor=1, budget=1.5)]}
    )

    run.main(["a", "--json", str(tmp_path / "figures.json")])

    assert json.loads((tmp_path / "figures.json").read_text()) == [
        {
            "name": "a.b",
            "value": 2,
            "unit": "ms",
            "floor": 1,
            "ratio": 2.0,
            "budget": 1.5,
            "ok": False,
        }
    ]
    assert capsys.readouterr().out.splitlines()[1].split()[-1] == "OVER"


def test_every_benchmark_is_found() -> None:
    assert {"start.window", "start.rest_memory"} <= set(run.discover())
