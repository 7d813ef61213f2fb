"""Cyclic garbage: collected here, and without a halt over what lives as long as the app."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from shiboken6 import delete

from desktop.ui.garbage import GarbageCollection

pytestmark = pytest.mark.usefixtures("qtbot")


class Knot:
    """Refers to itself, so that only a collection frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def garbage() -> Iterator[GarbageCollection]:
    garbage = GarbageCollection()
    garbage.start()
    yield garbage
    delete(garbage)  # and with it its timer


def let_the_old_be_due() -> None:
    for _ in range(gc.get_threshold()[2] + 1):
        gc.collect(1)


@pytest.mark.usefixtures("garbage")
def test_python_collects_by_itself_no_longer():
    assert not gc.isenabled()


def test_what_was_used_shortly_goes(garbage: GarbageCollection):
    knot = weakref.ref(Knot())
    others = [Knot() for _ in range(gc.get_threshold()[0] + 1)]

    garbage.collect()

    assert knot() is None
    assert others[0].itself is others[0]


def test_what_is_there_from_the_start_is_spared_and_what_comes_later_goes(
    garbage: GarbageCollection,
):
    let_the_old_be_due()
    garbage.collect()
    spared = gc.get_freeze_count()
    assert spared > len(gc.get_objects())

    knot = Knot()
    known = weakref.ref(knot)
    gc.collect(1)  # it is old now
    del knot
    gc.collect(1)
    assert known() is not None

    let_the_old_be_due()
    garbage.collect()
    assert known() is None
    assert gc.get_freeze_count() == spared
