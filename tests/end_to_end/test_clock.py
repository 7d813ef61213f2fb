"""A clock that jumps by years between two runs of the app: nothing is erased or out of order."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.core.organising import Listing, Place
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.organising import OrganisingRepository

CHILD = Path(__file__).with_name("clock_child.py")
JUMPS = ("+0d", "+5y", "-1y")


def run_by(offset: str, home: Path) -> None:
    subprocess.run(
        ["faketime", "-f", offset, sys.executable, str(CHILD), str(home)],
        env=os.environ | {"PYTHONPATH": str(CHILD.parents[2])},
        timeout=60,
        check=True,
    )


@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed")
async def test_d14_years_ahead_and_back_erase_nothing_and_keep_the_order(own_home: Path) -> None:
    for offset in JUMPS:
        run_by(offset, own_home)

    year = datetime.now(UTC).year
    said = [str(year), str(year + 5), str(year - 1)]
    database = await Database.open(Paths.resolve(own_home))
    conversations, organising = ConversationRepository(database), OrganisingRepository(database)
    [talk] = await conversations.list()
    assert [message.text for message in await conversations.branch(talk.id)] == said
    deleted = await organising.page(Listing(place=Place.TRASH), offset=0, limit=9)
    assert sorted(row.title for row in deleted) == sorted(said)
    await database.close()
