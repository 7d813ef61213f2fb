"""The nearest vectors are found, and the files survive what happens to files."""

import json
from pathlib import Path

import numpy as np
import pytest

from desktop.vectors.head import DamagedIndex, live_in
from desktop.vectors.index_file import IndexFile
from desktop.vectors.nearest import _highest, best, scan
from desktop.vectors.quantise import Floats, from_blobs, to_blob, unit


def some(count: int, dimension: int = 96, seed: int = 1) -> Floats:
    return unit(np.random.default_rng(seed).standard_normal((count, dimension), np.float32))


def filled(folder: Path, vectors: Floats) -> IndexFile:
    index = IndexFile.open(folder, vectors.shape[1])
    index.append(np.arange(1, len(vectors) + 1), vectors)
    return index


def test_bytes_find_what_exact_search_finds(tmp_path: Path) -> None:
    vectors, queries = some(20_000), some(40, seed=2)
    index = filled(tmp_path, vectors)
    found = exact = 0
    for query in queries:
        truth = set(np.argsort(-(vectors @ query))[:10] + 1)
        candidates = best(index, scan(index, query), 80)
        stored = from_blobs([to_blob(vectors[id_ - 1]) for id_ in candidates])
        ranked = candidates[np.argsort(-(stored @ query))[:10]]
        found += len(truth & set(ranked.tolist()))
        exact += 10

    assert found / exact >= 0.98


def test_it_is_the_same_after_opening_again(tmp_path: Path) -> None:
    vectors = some(500)
    filled(tmp_path, vectors[:300]).append(np.arange(301, 501), vectors[300:])
    index = IndexFile.open(tmp_path, 96)

    assert index.last_id == 500
    assert best(index, scan(index, vectors[400]), 1).tolist() == [401]


def test_only_allowed_ids_are_found(tmp_path: Path) -> None:
    vectors = some(500)
    index = filled(tmp_path, vectors)
    allowed = np.array([5, 9])

    assert set(best(index, scan(index, vectors[100]), 10, allowed).tolist()) == {5, 9}


def test_what_is_deleted_is_erased_from_the_file(tmp_path: Path) -> None:
    vectors = some(50)
    index = filled(tmp_path, vectors)
    index.delete(index.ids == 7)
    again = IndexFile.open(tmp_path, 96)

    assert again.live == 49
    assert not again.rows[6].any()
    assert 7 not in best(again, scan(again, vectors[6]), 50).tolist()


def test_rows_behind_the_head_are_cut_off(tmp_path: Path) -> None:
    """As a program leaves them that ended between writing and vouching."""
    vectors = some(30)
    filled(tmp_path, vectors)
    for name, size in (("rows.i8", 96), ("scales.f32", 4), ("ids.i64", 5)):
        with (tmp_path / name).open("ab") as file:
            file.write(b"x" * size)
    index = IndexFile.open(tmp_path, 96)
    index.append(np.array([31]), some(1, seed=3))

    assert index.ids.tolist() == list(range(1, 32))
    assert best(index, scan(index, some(1, seed=3)[0]), 1).tolist() == [31]


def _cut(folder: Path) -> None:
    (folder / "rows.i8").write_bytes(b"x")


def _garble(folder: Path) -> None:
    (folder / "head.json").write_bytes(b"\x00\x01")


def _change(folder: Path) -> None:
    data = bytearray((folder / "ids.i64").read_bytes())
    data[0] ^= 1
    (folder / "ids.i64").write_bytes(data)


def _age(folder: Path) -> None:
    head = json.loads((folder / "head.json").read_text())
    (folder / "head.json").write_text(json.dumps(head | {"version": 0}))


def _zero(folder: Path) -> None:
    for name in ("head.json", "ids.i64"):
        (folder / name).write_bytes(bytes((folder / name).stat().st_size))


def _empty(folder: Path) -> None:
    (folder / "head.json").write_text("{}")


def _misname(folder: Path) -> None:
    head = json.loads((folder / "head.json").read_text())
    (folder / "head.json").write_text(json.dumps(head | {"count": "30"}))


def _lose(folder: Path) -> None:
    (folder / "scales.f32").unlink()


@pytest.mark.parametrize("harm", [_cut, _garble, _change, _age, _zero, _empty, _misname, _lose])
def test_damage_is_noticed(tmp_path: Path, harm: object) -> None:
    filled(tmp_path, some(30))
    assert callable(harm)
    harm(tmp_path)

    with pytest.raises(DamagedIndex):
        IndexFile.open(tmp_path, 96)


def test_zeroed_rows_are_noticed(tmp_path: Path) -> None:
    index = filled(tmp_path, some(30))
    index.append(np.array([31]), some(1, seed=3))
    index.delete(index.ids == 7)
    again = IndexFile.open(tmp_path, 96)
    assert again.is_whole()
    assert live_in(tmp_path) == 30

    rows = bytearray((tmp_path / "rows.i8").read_bytes())
    rows[960:1920] = bytes(960)
    (tmp_path / "rows.i8").write_bytes(rows)
    assert not IndexFile.open(tmp_path, 96).is_whole()


def test_an_empty_index_is_whole(tmp_path: Path) -> None:
    assert IndexFile.open(tmp_path, 96).is_whole()
    assert live_in(tmp_path) == live_in(tmp_path / "nowhere") == 0


def test_a_vector_of_zeros_breaks_nothing(tmp_path: Path) -> None:
    index = filled(tmp_path, unit(np.zeros((1, 96), np.float32)))

    assert scan(index, some(1)[0]).tolist() == [0.0]


@pytest.mark.parametrize("count", [0, 1, 30, 300, 5000, 9000])
@pytest.mark.parametrize("size", [0, 1, 300, 5000])
def test_the_highest_scores_are_chosen_among_any_number(size: int, count: int) -> None:
    rng = np.random.default_rng(size)
    scores = rng.integers(0, 50, size).astype(np.float32)  # many are equal
    places = _highest(scores, min(count, size))

    assert len(set(places.tolist())) == min(count, size)
    assert sorted(scores[places]) == sorted(scores)[size - min(count, size) :]
