"""Runs the app off-screen, asks one long question and says when text is streaming.

Arguments: home, endpoint, model; the key comes from PARLEY_API_KEY. It never ends by itself.
"""

import asyncio
import os
import sys
from pathlib import Path

from desktop.app import Parley, make_application
from desktop.backend import open_backend
from desktop.llm.factory import LLMProvider
from desktop.services.settings_values import DEFAULT_MAX_TOKENS, CompletionsChange
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths
from desktop.ui.event_loop import EventLoop

QUESTION = "Write a very long story about a lighthouse, at least two thousand words."


async def configure(
    home: Path, endpoint: str, model: str, *, max_tokens: int = DEFAULT_MAX_TOKENS
) -> None:
    paths = Paths.resolve(home)
    paths.create()
    backend = await open_backend(paths, key_place=KeyPlace.PRIVATE_FILE)
    await backend.settings.update_completions(
        CompletionsChange(
            provider=LLMProvider.OPENAI_COMPATIBLE,
            model=model,
            endpoint=endpoint,
            api_key=os.environ["PARLEY_API_KEY"],
            max_tokens=max_tokens,
        )
    )
    await backend.aclose()


async def main(home: Path, endpoint: str, model: str) -> None:
    await configure(home, endpoint, model)
    parley = Parley(application, home, demo=False)
    running = asyncio.create_task(parley.main())
    await parley.opened.wait()
    assert parley.window is not None
    chat = parley.window.chat
    chat.submitted.emit(QUESTION)
    seen = 0
    while not running.done():
        await asyncio.sleep(0.05)
        length = len(chat.transcript.plain_text())
        if length != seen:
            seen = length
            print(length, flush=True)


if __name__ == "__main__":
    application = make_application()
    with asyncio.Runner(loop_factory=lambda: EventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
