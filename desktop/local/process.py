"""End a child process for certain."""

import asyncio
from asyncio.subprocess import Process


async def end(process: Process, *, patience: float = 3.0) -> None:
    """Ask `process` to end, make it end after `patience` seconds, and wait until it has."""
    if process.returncode is not None:
        return
    try:
        process.terminate()
        async with asyncio.timeout(patience):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
    except ProcessLookupError:
        await process.wait()
