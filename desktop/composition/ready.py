"""What answers the window, once it is there: loaded after the first paint."""

from dataclasses import dataclass

from desktop.backend import Backend
from desktop.composition.chat_settings import ChatSettingsOpening
from desktop.composition.data import DataOpening
from desktop.composition.library import LibraryOpening
from desktop.composition.settings import SettingsOpening
from desktop.composition.sidebar import SidebarOpening
from desktop.composition.switcher import SwitcherOpening
from desktop.composition.updates import UpdatesOpening
from desktop.presenters.account import AccountPresenter
from desktop.presenters.branches import BranchPresenter
from desktop.presenters.chat import ChatPresenter
from desktop.presenters.first_run import FirstRunPresenter
from desktop.presenters.sources import SourcesPresenter
from desktop.services.health import Health


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Everything that answers the window."""

    backend: Backend
    chat: ChatPresenter
    branches: BranchPresenter
    sidebar: SidebarOpening
    own: ChatSettingsOpening
    switcher: SwitcherOpening
    account: AccountPresenter
    settings: SettingsOpening
    data: DataOpening
    updates: UpdatesOpening
    health: Health
    library: LibraryOpening
    sources: SourcesPresenter
    first_run: FirstRunPresenter | None
