"""What there is beside conversations and goes along with all of them: presets and folders."""

from dataclasses import dataclass

from desktop.core.chat_settings import Preset
from desktop.core.organising import Folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """Presets, and folders, which may be empty."""

    presets: tuple[Preset, ...] = ()
    folders: tuple[Folder, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.presets or self.folders)


NO_EXTRAS = Extras()
