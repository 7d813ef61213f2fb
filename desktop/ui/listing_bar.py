"""The line above the list that says which conversations it shows, when not all of them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from desktop.core.organising import TRASH_DAYS, Listing, Place
from desktop.ui.icons import Icons
from desktop.ui.look import ElidedLabel, IconButton, named
from desktop.ui.theme import Theme


class ListingBar(QFrame):
    """Hidden while everything is listed; offers the way back, and to empty the trash."""

    listing_requested = Signal(object)
    change_requested = Signal(object)

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        named(self, "listingBar", self.tr("What is listed"))
        self._title = ElidedLabel(kind="strong", name="listingTitle")
        self._empty = named(QPushButton(self.tr("Empty…")), "emptyTrash", self.tr("Empty trash"))
        self._empty.setProperty("kind", "quiet")
        self._empty.clicked.connect(self._ask_to_empty)
        back = IconButton(
            "x",
            self.tr("List all conversations"),
            name="listAll",
            theme=theme,
            icons=icons,
            size=16,
        )
        back.clicked.connect(lambda: self.listing_requested.emit(Listing()))
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 0, 12, 0)
        row.setSpacing(4)
        row.addWidget(self._title, 1)
        row.addWidget(self._empty)
        row.addWidget(back)
        self.hide()

    def show_listing(self, listing: Listing, *, any_rows: bool) -> None:
        """Name what is listed."""
        titles = {
            Place.ARCHIVE: self.tr("Archive"),
            Place.TRASH: self.tr("Trash · {0} days").format(TRASH_DAYS),
            Place.TAG: self.tr("Tag: {0}").format(listing.name),
        }
        self._title.set_text(titles.get(listing.place, listing.name))
        self._empty.setVisible(listing.place is Place.TRASH and any_rows)
        self.setVisible(listing.place is not Place.ALL)

    def _ask_to_empty(self) -> None:
        from desktop.core.changes import EmptyTrash  # the first paint does without

        self.change_requested.emit(EmptyTrash())
