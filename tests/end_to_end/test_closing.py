"""The process ends with its window, whatever still hangs."""

import subprocess
import sys

STUBBORN = """
import asyncio, sys
from desktop import app

class Stubborn:
    def __init__(self, *_, **__): pass

    async def main(self):
        self.task = asyncio.create_task(self.hang())
        await asyncio.sleep(0)
        return 7

    async def hang(self):
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                pass

app.EXIT_SECONDS = 0.5
app.Parley = Stubborn
sys.exit(app.run(None, demo=False))
"""


def test_a_task_that_ignores_its_end_does_not_keep_the_process_alive() -> None:
    command = [sys.executable, "-c", STUBBORN]
    ended = subprocess.run(command, check=False, timeout=60, capture_output=True)

    assert ended.returncode == 7, ended.stderr
