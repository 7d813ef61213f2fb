"""What the first-run presenter asks of the welcome page."""

from collections.abc import Sequence
from typing import Literal, Protocol

from desktop.core.errors import ParleyError

Section = Literal["key", "server", "local"]


class FirstRunView(Protocol):
    """One page with three ways in."""

    def show_recognised(self, provider: str) -> None:
        """Name the provider that the key's beginning tells; '' when it tells none."""
        ...

    def set_looking(self, looking: bool) -> None:
        """Say quietly that servers are being looked for; every way in stays usable."""
        ...

    def set_servers(self, servers: Sequence[tuple[str, str, str]]) -> None:
        """List the servers that were found: name, address, what they offer."""
        ...

    def set_local_progress(self, text: str, fraction: float | None) -> None:
        """Say how far the local model is; None for an unknown share."""
        ...

    def show_error(self, section: Section, error: ParleyError) -> None:
        """Show what went wrong beside the way in that was tried."""
        ...

    def set_busy(self, section: Section, busy: bool) -> None:
        """Say that a way in is being tried; the others wait."""
        ...
