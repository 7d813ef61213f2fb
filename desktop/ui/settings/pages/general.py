"""The page General: how Parley looks, what sends a message, what names a conversation."""

from PySide6.QtWidgets import QCheckBox

from desktop.core.preferences import (
    LARGEST_TEXT_PX,
    NORMAL_TEXT_PX,
    SMALLEST_TEXT_PX,
    Language,
    Preferences,
    SendKey,
    ThemeMode,
)
from desktop.ui.icons import Icons
from desktop.ui.look import WrappedLabel, named
from desktop.ui.settings.card import Card
from desktop.ui.settings.choice import Choice
from desktop.ui.settings.controls import Group, blocked
from desktop.ui.settings.field import Field
from desktop.ui.settings.numbers import NumberSpin
from desktop.ui.settings.page import SettingsPage
from desktop.ui.theme import Theme


class GeneralPage(SettingsPage):
    """Theme, size of the text, language, send key, titles."""

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__("general", self.tr("General"), "settings", theme=theme, icons=icons)
        self._theme_choice = Choice[ThemeMode](
            "themeCombo",
            [
                ("system", self.tr("Like the system")),
                ("light", self.tr("Light")),
                ("dark", self.tr("Dark")),
            ],
        )
        self._text = NumberSpin("textSizeSpin", SMALLEST_TEXT_PX, LARGEST_TEXT_PX)
        self._text.setSuffix(self.tr(" px"))
        self._send_key = Choice[SendKey](
            "sendKeyCombo",
            [
                ("enter", self.tr("Enter sends, Shift + Enter breaks the line")),
                ("ctrl_enter", self.tr("Ctrl + Enter sends, Enter breaks the line")),
            ],
        )
        self._language = Choice[Language](
            "languageCombo",
            [("system", self.tr("English, dates and numbers as here")), ("en", self.tr("English"))],
        )
        titles = self.tr("The model names new conversations")
        self._titles = named(QCheckBox(titles), "modelTitlesCheck", titles)
        self._fields = {
            "theme": self.make_field(self.tr("Theme"), self._theme_choice),
            "text_px": self.make_field(self.tr("Text size in the chat"), self._text),
            "language": self.make_field(self.tr("Language"), self._language),
            "send_key": self.make_field(self.tr("Send key"), self._send_key),
        }
        usual = self.tr("{0} is the usual size; Ctrl and + or - zoom from there.")
        self._fields["text_px"].say(usual.format(NORMAL_TEXT_PX))
        self._fields["language"].say(
            self.tr("There is no other language yet. Windows that open from now on follow it.")
        )
        self._lay_out()
        self._theme_choice.currentIndexChanged.connect(self.changed)
        self._send_key.currentIndexChanged.connect(self.changed)
        self._language.currentIndexChanged.connect(self.changed)
        self._text.valueChanged.connect(self.changed)
        self._titles.toggled.connect(self.changed)

    def values(self) -> Preferences:
        """Return what stands in the fields."""
        return Preferences(
            theme=self._theme_choice.value,
            text_px=self._text.value(),
            send_key=self._send_key.value,
            language=self._language.value,
            model_titles=self._titles.isChecked(),
        )

    def show_values(self, values: Preferences) -> None:
        """Fill the fields, without reporting it as something the user did."""
        self._theme_choice.set_value(values.theme)
        self._text.set_number(values.text_px)
        self._send_key.set_value(values.send_key)
        self._language.set_value(values.language)
        with blocked(self._titles):
            self._titles.setChecked(values.model_titles)

    def fields(self) -> dict[str, Field]:
        """Return the fields by the names that problems have, from top to bottom."""
        return self._fields

    def _lay_out(self) -> None:
        look = Card(self.tr("Appearance"), "", name="appearanceCard")
        look.add(self._fields["theme"], self._fields["text_px"], self._fields["language"])
        writing = Card(self.tr("Writing"), "", name="writingCard")
        writing.add(self._fields["send_key"])
        about = self.tr(
            "The first question and answer are sent once more, for a title. Without it, or with "
            "a model on this computer, the question's first words are the title."
        )
        note = WrappedLabel(about, kind="hint", name="modelTitlesNote")
        titles = Card(self.tr("Titles"), "", name="titlesCard")
        titles.add(Group(self._titles, note, name="modelTitles", spacing=4))
        self.set_cards(look, writing, titles)
