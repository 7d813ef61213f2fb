"""A page of the settings besides the connections: loaded, checked and saved with the others."""

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from desktop.core.errors import InvalidSetting

Values = TypeVar("Values")


class Page(Protocol):
    """What the settings presenter asks of a page; `name` is that of its form."""

    name: str

    @property
    def is_dirty(self) -> bool:
        """Whether something on screen is not saved."""
        ...

    async def load(self) -> None:
        """Show what is saved; raises ParleyError."""
        ...

    async def check(self) -> bool:
        """Show at the fields what can't be saved; False when there is any."""
        ...

    async def save(self) -> None:
        """Save what is on screen; raises ParleyError."""
        ...

    def close(self) -> None:
        """End what is under way."""
        ...


class ValuesForm(Protocol[Values]):
    """A page's fields."""

    def values(self) -> Values:
        """Return what stands in the fields."""
        ...

    def show_values(self, values: Values) -> None:
        """Fill the fields, without reporting it as something the user did."""
        ...

    def show_problem(self, name: str, problem: InvalidSetting | None) -> None:
        """Show what is wrong at the field `name`; None takes it away."""
        ...

    def clear_problems(self) -> None:
        """Take away what was wrong at all fields."""
        ...


class ValuesStore(Protocol[Values]):
    """Where a page's values are kept."""

    async def load(self) -> Values:
        """Return what is saved."""
        ...

    async def problems(self, values: Values) -> Sequence[InvalidSetting]:
        """Return what can't be saved, in the order of the fields."""
        ...

    async def save(self, values: Values) -> None:
        """Save `values`."""
        ...


class ValuesPage(Generic[Values]):
    """A page that is nothing but fields; `on_saved` is called after they were saved."""

    def __init__(
        self,
        name: str,
        form: ValuesForm[Values],
        store: ValuesStore[Values],
        *,
        on_saved: Callable[[Values], None] | None = None,
    ) -> None:
        self.name = name
        self._form = form
        self._store = store
        self._on_saved = on_saved
        self._baseline: Values | None = None

    @property
    def is_dirty(self) -> bool:
        """Whether something on screen is not saved."""
        return self._baseline is not None and self._form.values() != self._baseline

    async def load(self) -> None:
        """Show what is saved."""
        self._form.clear_problems()
        self._form.show_values(await self._store.load())
        self._baseline = self._form.values()

    async def check(self) -> bool:
        """Show at the fields what can't be saved; False when there is any."""
        self._form.clear_problems()
        problems = await self._store.problems(self._form.values())
        for problem in problems:
            self._form.show_problem(problem.field, problem)
        return not problems

    async def save(self) -> None:
        """Save what is on screen."""
        values = self._form.values()
        await self._store.save(values)
        if self._on_saved is not None:
            self._on_saved(values)

    def close(self) -> None:
        """There is nothing to end."""
