"""The cards of the first-run page, one for each way in."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
)

from desktop.core.errors import ParleyError
from desktop.ui.icons import Icons
from desktop.ui.look import IconButton, Label, WrappedLabel, named, set_kind
from desktop.ui.notice_bar import is_cured_in_settings
from desktop.ui.theme import Theme

LOCAL_MODEL_MB = 98
_STEPS = 1000


class Card(QFrame):
    """A titled box with room for its content and for an error."""

    settings_requested = Signal()

    def __init__(
        self, name: str, icon: str, title: str, text: str, theme: Theme, icons: Icons
    ) -> None:
        super().__init__()
        self._theme, self._icons, self._icon_name = theme, icons, icon
        named(self, name, title)
        set_kind(self, "card")
        self._icon = named(QLabel(), f"{name}Icon", title)
        self._error = WrappedLabel(kind="danger", name=f"{name}Error")
        settings = self.tr("Open settings")
        self._settings = named(QPushButton(settings), f"{name}SettingsButton", settings)
        self._settings.clicked.connect(self.settings_requested)
        self._hide_error()
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(Label(title, kind="title", name=f"{name}Title"))
        head.addWidget(WrappedLabel(text, kind="muted", name=f"{name}Text"))
        self.content = QVBoxLayout()
        self.content.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(10)
        words.addLayout(head)
        words.addLayout(self.content)
        words.addWidget(self._error)
        words.addWidget(self._settings, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 15, 16, 16)
        row.setSpacing(14)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        theme.changed.connect(self._colour)
        self._colour()

    def show_error(self, error: ParleyError) -> None:
        """Show what went wrong and what to do, and the settings where they help."""
        self._error.set_text(str(error))
        self._error.show()
        self._settings.setVisible(is_cured_in_settings(error))

    def set_busy(self, busy: bool) -> None:
        """Forget the last error when something new is tried."""
        if busy:
            self._hide_error()

    def _hide_error(self) -> None:
        self._error.hide()
        self._settings.hide()

    def _colour(self) -> None:
        accent = self._theme.tokens.accent
        dpr = self.devicePixelRatioF()
        self._icon.setPixmap(self._icons.pixmap(self._icon_name, accent, 22, dpr))


class KeyCard(Card):
    """Paste a key of OpenAI, Anthropic or another provider."""

    changed = Signal(str)
    entered = Signal(str)

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__(
            "firstRunKey",
            "key-round",
            self.tr("Use an API key"),
            self.tr("From OpenAI, Anthropic or another provider. It is kept encrypted."),
            theme,
            icons,
        )
        self.field = named(QLineEdit(), "firstRunKeyEdit", self.tr("API key"))
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setPlaceholderText(self.tr("Paste your key here"))
        self._eye = IconButton(
            "eye", self.tr("Show the key"), name="showKeyButton", theme=theme, icons=icons, size=16
        )
        self._eye.setCheckable(True)
        label = self.tr("Continue")
        self._continue = named(QPushButton(label), "firstRunKeyButton", label)
        self._continue.setProperty("kind", "primary")
        self._continue.setEnabled(False)
        self._recognised = Label(kind="success", name="recognisedLabel")
        self._recognised.hide()
        row = QHBoxLayout()
        for widget, stretch in ((self.field, 1), (self._eye, 0), (self._continue, 0)):
            row.addWidget(widget, stretch)
        self.content.addLayout(row)
        self.content.addWidget(self._recognised)
        self.field.textChanged.connect(self._on_changed)
        self.field.returnPressed.connect(self._continue.click)
        self._continue.clicked.connect(lambda: self.entered.emit(self.field.text()))
        self._eye.toggled.connect(self._reveal)

    def show_recognised(self, provider: str) -> None:
        """Name the provider whose key this looks like."""
        self._recognised.set_text(self.tr("This is a key of {name}.").format(name=provider))
        self._recognised.setVisible(bool(provider))

    def set_busy(self, busy: bool) -> None:
        """Say that the key is being tried."""
        super().set_busy(busy)
        self.field.setReadOnly(busy)
        self._continue.setEnabled(not busy and bool(self.field.text().strip()))
        self._continue.setText(self.tr("Trying it…") if busy else self.tr("Continue"))

    def _on_changed(self, text: str) -> None:
        self._hide_error()
        self._continue.setEnabled(bool(text.strip()))
        self.changed.emit(text)

    def _reveal(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.field.setEchoMode(mode)
        self._eye.set_label(self.tr("Hide the key") if shown else self.tr("Show the key"))


class ServerCard(Card):
    """Use a server that runs on this computer, or any address."""

    chosen = Signal(str)
    look_again = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__(
            "firstRunServer",
            "server",
            self.tr("Use a server on this computer"),
            self.tr("Ollama, LM Studio, llama.cpp, vLLM, Jan, or any OpenAI-compatible address."),
            theme,
            icons,
        )
        self._servers: list[QPushButton] = []
        self._found = QVBoxLayout()
        self._found.setSpacing(6)
        self._nothing = WrappedLabel(kind="faint", name="noServersLabel")
        self._address = named(QLineEdit(), "firstRunServerEdit", self.tr("Server address"))
        self._address.setPlaceholderText("http://127.0.0.1:8000/v1")
        self._use = self._button("firstRunServerButton", self.tr("Use"))
        self._use.setEnabled(False)
        again = self._button("lookAgainButton", self.tr("Look again"))
        row = QHBoxLayout()
        for widget, stretch in ((self._address, 1), (self._use, 0), (again, 0)):
            row.addWidget(widget, stretch)
        self.content.addWidget(self._nothing)
        self.content.addLayout(self._found)
        self.content.addLayout(row)
        self._address.textChanged.connect(self._on_address_changed)
        self._address.returnPressed.connect(self._use.click)
        self._use.clicked.connect(lambda: self.chosen.emit(self._address.text().strip()))
        again.clicked.connect(self.look_again)
        self.set_looking(True)

    def set_looking(self, looking: bool) -> None:
        """Say that servers are being looked for, or that there are none."""
        found = bool(self._servers)
        nothing = self.tr("No server answers on the usual ports.")
        self._nothing.set_text(self.tr("Looking for servers…") if looking else nothing)
        self._nothing.setVisible(looking or not found)

    def set_servers(self, servers: Sequence[tuple[str, str, str]]) -> None:
        """List what was found, each as a button."""
        for button in self._servers:
            self._found.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._servers = [self._row(*server) for server in servers]
        for button in self._servers:
            self._found.addWidget(button)
        self.set_looking(False)

    def set_busy(self, busy: bool) -> None:
        """Lock the card while a server is being tried."""
        super().set_busy(busy)
        self._address.setReadOnly(busy)
        self._use.setEnabled(not busy and bool(self._address.text().strip()))

    def _row(self, name: str, url: str, models: str) -> QPushButton:
        text = "  ·  ".join(part for part in (name, url, models) if part)
        button = self._button("foundServerButton", text.replace("&", "&&"))
        button.setAccessibleName(self.tr("Use {server}").format(server=text))
        button.setProperty("kind", "row")
        button.setIcon(self._icons.icon("circle-check", self._theme.tokens.success, 16, after=8))
        button.setIconSize(QSize(24, 16))
        button.clicked.connect(lambda: self.chosen.emit(url))
        return button

    def _button(self, name: str, label: str) -> QPushButton:
        return named(QPushButton(label), name, label)

    def _on_address_changed(self, text: str) -> None:
        self._hide_error()
        self._use.setEnabled(bool(text.strip()))


class LocalCard(Card):
    """Fetch a small model and run it here."""

    chosen = Signal()
    cancelled = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__(
            "firstRunLocal",
            "cpu",
            self.tr("Try a small model on this computer"),
            self.tr(
                "No key needed. Fetches SmolLM2 once ({size} MB); good for a first look,"
                " not for hard questions."
            ).format(size=LOCAL_MODEL_MB),
            theme,
            icons,
        )
        label, cancel = self.tr("Get the model"), self.tr("Cancel")
        self._start = named(QPushButton(label), "firstRunLocalButton", label)
        self._cancel = named(QPushButton(cancel), "firstRunLocalCancel", cancel)
        self._bar = named(QProgressBar(), "firstRunLocalBar", self.tr("Progress"))
        self._bar.setTextVisible(False)
        self._text = Label(kind="faint", name="firstRunLocalProgress")
        row = QHBoxLayout()
        for widget in (self._text, self._start, self._cancel):
            row.addWidget(widget)
        row.insertStretch(1, 1)
        self.content.addWidget(self._bar)
        self.content.addLayout(row)
        self._start.clicked.connect(self.chosen)
        self._cancel.clicked.connect(self.cancelled)
        self.set_busy(False)

    def set_busy(self, busy: bool) -> None:
        """Show progress and Cancel instead of the button that starts."""
        super().set_busy(busy)
        self._start.setVisible(not busy)
        for widget in (self._cancel, self._bar, self._text):
            widget.setVisible(busy)
        if busy:
            self.set_progress(self.tr("Starting…"), None)

    def set_progress(self, text: str, fraction: float | None) -> None:
        """Show how far it is; None moves the bar to and fro."""
        self._text.set_text(text)
        self._bar.setRange(0, 0 if fraction is None else _STEPS)
        self._bar.setValue(0 if fraction is None else round(fraction * _STEPS))
