"""Run by settings.py: the longest time that the settings window's loop stood still, in ms.

Usage: settings_probe.py keyring_hangs | network_hangs | models_2000; prints one number.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from desktop.app import make_application
from desktop.llm import LLMProvider
from desktop.llm.openai_client import prewarm
from desktop.services.settings_values import CompletionsChange
from desktop.storage.key_place import KeyPlace
from desktop.ui.event_loop import EventLoop
from desktop.ui.fonts import load_fonts
from desktop.ui.icons import Icons
from desktop.ui.settings.window import SettingsWindow
from desktop.ui.theme import Theme
from tests.faults.wire_server import Reply, WireServer
from tests.presenters.settings.model_server import ModelServer
from tests.services.gated_keyring import GatedKeyring
from tests.services.settings_home import SettingsHome
from tests.ui.settings.conftest import Room, until

WATCHED_SECONDS = 2.0


class Heartbeat:
    """Beats every few milliseconds and keeps the longest pause."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self, work: Awaitable[object]) -> None:
        """Await `work`, beating meanwhile."""
        beating = asyncio.create_task(self._beat())
        try:
            await work
        finally:
            beating.cancel()

    async def _beat(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.005)
            now = time.perf_counter()
            self.longest, last = max(self.longest, now - last), now


@asynccontextmanager
async def opened(home: SettingsHome) -> AsyncGenerator[Room]:
    """Give a room whose window was shown once: building it is not what is measured."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    load_fonts(app)
    theme = Theme(app)
    theme.dress()
    room = Room(SettingsWindow(theme=theme, icons=Icons()), home)
    room.window.open()
    await asyncio.sleep(0.5)
    yield room
    await room.close()


async def save(home: SettingsHome, endpoint: str) -> None:
    compatible = LLMProvider.OPENAI_COMPATIBLE
    change = CompletionsChange(provider=compatible, model="m", endpoint=endpoint, api_key="k" * 20)
    await home.service.update_completions(change)


async def keyring_hangs(root: Path, heart: Heartbeat) -> None:
    keyring = GatedKeyring()
    home = await SettingsHome.open(root, None, keyring=keyring)
    await save(home, "http://127.0.0.1:9/v1")
    await home.close()
    home = await SettingsHome.open(root, None, keyring=keyring)
    keyring.mood = "hanging"
    async with opened(home) as room:

        async def work() -> None:
            room.presenter.open()
            await asyncio.sleep(WATCHED_SECONDS)
            assert room.shows("settingsPrompt")
            keyring.open_up()
            await until(lambda: room.find(QWidget, "providerCombo").isEnabled())

        await heart.watch(work())
    await home.close()


async def network_hangs(root: Path, heart: Heartbeat) -> None:
    home = await SettingsHome.open(root, KeyPlace.PRIVATE_FILE)
    async with WireServer(*[Reply(ending="hold")] * 8) as server:
        await save(home, server.url)
        async with opened(home) as room:

            async def work() -> None:
                room.presenter.open()
                await until(lambda: room.find(QWidget, "providerCombo").isEnabled())
                room.click("testButton")
                await asyncio.sleep(WATCHED_SECONDS)
                room.click("testStagesCancel")

            await heart.watch(work())
    await home.close()


async def models_2000(root: Path, heart: Heartbeat) -> None:
    home = await SettingsHome.open(root, KeyPlace.PRIVATE_FILE)
    server = ModelServer()
    server.models = ["m"]
    await server.start()
    await save(home, server.endpoint)
    async with opened(home) as room:
        # The first list imports the SDK; the app has done that before.
        room.presenter.open()
        combo = room.find(QComboBox, "modelCombo")
        await until(lambda: combo.count() == 1)
        server.models = [f"vendor/model-{number}-instruct" for number in range(2_000)]

        async def work() -> None:
            room.click("modelRefresh")
            await until(lambda: combo.count() == 2_000)
            combo.setFocus()
            combo.clearEditText()
            for letter in "model-199":
                QTest.keyClicks(combo, letter)
                await asyncio.sleep(0.1)

        await heart.watch(work())
    await server.stop()
    await home.close()


SCENARIOS: dict[str, Callable[[Path, Heartbeat], Awaitable[None]]] = {
    "keyring_hangs": keyring_hangs,
    "network_hangs": network_hangs,
    "models_2000": models_2000,
}


async def main(name: str) -> None:
    await asyncio.to_thread(prewarm)  # as the app has done by then
    heart = Heartbeat()
    with tempfile.TemporaryDirectory() as directory:
        await SCENARIOS[name](Path(directory) / "home", heart)
    print(round(heart.longest * 1000, 1))


if __name__ == "__main__":
    application = make_application()
    with asyncio.Runner(loop_factory=lambda: EventLoop(application)) as runner:
        runner.run(main(sys.argv[1]))
