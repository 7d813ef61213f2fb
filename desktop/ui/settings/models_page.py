"""The page Models: completions, embeddings, and where their keys are kept."""

from PySide6.QtCore import Signal

from desktop.ui.icons import Icons
from desktop.ui.settings.completions_section import CompletionsSection
from desktop.ui.settings.controls import Button, Row
from desktop.ui.settings.embeddings_section import EmbeddingsSection
from desktop.ui.settings.field import Field, Remark
from desktop.ui.settings.key_trouble import KeyTroubleBar
from desktop.ui.settings.page import SettingsPage
from desktop.ui.theme import Theme


class ModelsPage(SettingsPage):
    """What stands in the way of the keys, the two sections, and where keys are kept.

    Signals: `key_place_wanted` when keys are to be kept elsewhere, `master_key_wanted` when
    they are to be sealed anew.
    """

    key_place_wanted = Signal()
    master_key_wanted = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__("models", self.tr("Models"), "sparkles", theme=theme, icons=icons)
        self.completions = CompletionsSection(theme=theme, icons=icons)
        self.embeddings = EmbeddingsSection(theme=theme, icons=icons)
        self._key_place = Remark(theme=theme, icons=icons, name="keyPlace")
        change = Button(self.tr("Change…"), name="changeKeyPlaceButton", kind="link")
        change.setAccessibleName(self.tr("Change where keys are kept"))
        change.setProperty("found", True)
        change.clicked.connect(self.key_place_wanted)
        self._renew = Button(self.tr("New master key…"), name="newMasterKeyButton", kind="link")
        self._renew.setProperty("found", True)
        self._renew.clicked.connect(self.master_key_wanted)
        self._renew.hide()
        self.trouble = KeyTroubleBar()
        place = Row(self._key_place, change, self._renew, name="keyPlaceRow", spacing=8)
        self.set_cards(self.trouble, self.completions, self.embeddings, place)

    def show_key_place(self, place: str) -> None:
        """Say where keys are kept."""
        for section in (self.completions, self.embeddings):
            section.key_field.show_place(place)
        sealed = place.startswith("in ")
        self._renew.setVisible(sealed)
        if sealed:
            text = self.tr("Keys are stored encrypted. What opens them is kept {place}.")
        elif place:
            text = self.tr("Keys are kept {place}.")
        else:
            text = self.tr("Keys are encrypted before they are stored.")
        self._key_place.say(text.format(place=place), icon="lock")

    def focus_first(self) -> None:
        """Put the focus where the page begins."""
        if not self.trouble.focus_passphrase():
            self.completions.focus_first()

    def first_problem(self) -> Field | None:
        """Return the first field that has a problem."""
        for section in (self.completions, self.embeddings):
            for field in section.fields().values():
                if field.problem:
                    return field
        return None
