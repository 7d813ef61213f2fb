"""Where keys are kept and what to do when they can't be opened; nothing is ever destroyed."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar

from desktop.core.errors import ParleyError, VaultError
from desktop.presenters.settings_view import KeyTrouble, SettingsForm
from desktop.services.settings import SettingsService
from desktop.services.settings_values import SettingsView
from desktop.storage.key_place import KeyPlace
from desktop.storage.vault_errors import state_of

_Result = TypeVar("_Result")


class Alone(Protocol):
    """Awaits work while nothing can be typed and nobody can leave."""

    async def __call__(self, work: Awaitable[_Result]) -> _Result:
        """Await `work`."""
        ...


Start = Callable[[Callable[[], Coroutine[Any, Any, None]], str], None]
"""Starts work of that name, unless other work is under way."""


class KeyKeeping:
    """Answers what the user asks about keys; `reload` shows what is saved anew."""

    def __init__(
        self,
        form: SettingsForm,
        service: SettingsService,
        *,
        start: Start,
        alone: Alone,
        reload: Callable[[], Awaitable[None]],
    ) -> None:
        self._form = form
        self._service = service
        self._start = start
        self._alone = alone
        self._reload = reload

    def show(self, saved: SettingsView) -> None:
        """Show where keys are kept, and why they can't be opened."""
        self._form.show_key_place(saved.key_place)
        trouble = saved.key_trouble
        self._form.show_key_trouble(None if trouble is None else _described(trouble))

    def offer_places(self) -> None:
        """Ask where keys are to be kept from now on."""
        self._try(self._offer_places, "look for a keyring")

    def change_place(self, place: KeyPlace, passphrase: str = "") -> None:
        """Keep keys there from now on; what is typed waits to be saved."""
        self._try(
            lambda: self._alone(
                self._then_reload(self._service.choose_key_place(place, passphrase))
            ),
            "change where keys are kept",
        )

    def retry(self) -> None:
        """Try again to open the saved keys; the keyring may ask for its password."""
        self._try(lambda: self._alone(self._reload()), "open the saved keys")

    def unlock(self, passphrase: str) -> None:
        """Open the keys that are locked with a passphrase."""
        self._try(
            lambda: self._alone(self._then_reload(self._service.unlock(passphrase))),
            "unlock the saved keys",
        )

    def offer_to_start_over(self) -> None:
        """Ask whether to set the sealed keys aside, and where to keep those to come."""
        self._try(self._offer_to_start_over, "look for a keyring")

    def start_over(self, place: KeyPlace, passphrase: str = "") -> None:
        """Set the sealed keys aside and keep those to come at `place`."""
        self._try(
            lambda: self._alone(self._then_reload(self._service.set_keys_aside(place, passphrase))),
            "set keys aside",
        )

    def change_master_key(self) -> None:
        """Seal all keys anew."""
        self._try(self._change_master_key, "change the master key")

    def _try(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        async def run() -> None:
            try:
                await work()
            except ParleyError as error:
                self._form.show_error(error)

        self._start(run, name)

    async def _then_reload(self, work: Awaitable[None]) -> None:
        await work
        await self._reload()

    async def _offer_places(self) -> None:
        keyring = await self._alone(self._service.has_keyring())
        self._form.ask_other_key_place(keyring=keyring)

    async def _offer_to_start_over(self) -> None:
        keyring = await self._alone(self._service.has_keyring())
        self._form.ask_to_start_over(keyring=keyring)

    async def _change_master_key(self) -> None:
        await self._alone(self._service.change_master_key())
        self._form.show_master_key_changed()


def _described(trouble: VaultError) -> KeyTrouble:
    return KeyTrouble(state=state_of(trouble), message=trouble.message, cure=trouble.cure)
