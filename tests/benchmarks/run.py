"""Run the benchmarks in this directory and print what they measured.

A module takes part by having `BENCHMARKS`: from the name of its first figure to a function
without arguments that yields figures, as `Figure` or as a mapping with the same fields.
"""

import argparse
import importlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks.figure import Figure

Row = Figure | Mapping[str, Any]
Benchmarks = dict[str, Callable[[], Iterable[Row]]]

HERE = Path(__file__).parent
WIDTH = "{:<26} {:>10} {:<8} {:>10} {:>8} {:>8}  {}"


def discover() -> Benchmarks:
    """Return every benchmark of this directory, by name."""
    found: Benchmarks = {}
    for path in sorted(HERE.glob("*.py")):
        module = importlib.import_module(f"tests.benchmarks.{path.stem}")
        found |= getattr(module, "BENCHMARKS", {})
    return found


def choose(benchmarks: Benchmarks, names: list[str]) -> Benchmarks:
    """Keep those that `names` name, whole (`start.window`) or by group (`start`).

    Raises:
        SystemExit: a name fits none.
    """
    if not names:
        return benchmarks
    fitting = {
        name: {key for key in benchmarks if key == name or key.startswith(f"{name}.")}
        for name in names
    }
    for name, keys in fitting.items():
        if not keys:
            raise SystemExit(f"There is no benchmark {name}; there are: {', '.join(benchmarks)}.")
    chosen = set[str]().union(*fitting.values())
    return {key: run for key, run in benchmarks.items() if key in chosen}


def measure(benchmarks: Benchmarks) -> Iterator[Figure]:
    """Run `benchmarks` one after the other."""
    for run in benchmarks.values():
        for row in run():
            yield row if isinstance(row, Figure) else Figure(**row)


def table_row(figure: Figure) -> str:
    """Return `figure` as a line of the table."""
    numbers = (figure.floor, figure.ratio, figure.budget)
    floor, ratio, budget = ("-" if number is None else f"{number:.3g}" for number in numbers)
    verdict = {True: "ok", False: "OVER", None: ""}[figure.ok]
    value = f"{figure.value:.4g}"
    return WIDTH.format(figure.name, value, figure.unit, floor, ratio, budget, verdict).rstrip()


def main(arguments: list[str] | None = None) -> None:
    """Run the chosen benchmarks, print a table and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="script/bench", description="Measure Parley.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a benchmark or a group of them")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args(arguments)
    chosen = choose(discover(), options.names)
    print(WIDTH.format("name", "value", "unit", "floor", "ratio", "budget", ""))
    figures: list[Figure] = []
    for figure in measure(chosen):
        figures.append(figure)
        print(table_row(figure), flush=True)
    if options.json is not None:
        rows = [asdict(figure) for figure in figures]
        options.json.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
