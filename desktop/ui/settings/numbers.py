"""Number fields of the settings: the page scrolls under the wheel, the number stays."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox

from desktop.services.settings_values import DEFAULT_MAX_TOKENS

MOST_TOKENS = 2_000_000
HIGHEST_TEMPERATURE = 2.0
_TOKEN_STEP = 256
_MARGIN = 9  # pixels before the number: the style sheet's padding does not reach it
_UNSET = -0.1  # one step below zero: the place of "Provider's default"


class NumberSpin(QSpinBox):
    """A whole number."""

    def __init__(self, name: str, least: int, most: int) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setRange(least, most)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setTextMargins(_MARGIN, 0, 0, 0)

    def set_number(self, number: int) -> None:
        """Put in a number without reporting it."""
        blocked = self.blockSignals(True)
        self.setValue(number)
        self.blockSignals(blocked)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll."""
        event.ignore()


class MaxTokensSpin(NumberSpin):
    """The longest answer in tokens."""

    def __init__(self) -> None:
        super().__init__("maxTokensSpin", 1, MOST_TOKENS)
        self.setSingleStep(_TOKEN_STEP)
        self.setGroupSeparatorShown(True)
        self.setValue(DEFAULT_MAX_TOKENS)


class TemperatureSpin(QDoubleSpinBox):
    """How freely the model chooses its words; one step below 0 is the provider's default."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("temperatureSpin")
        self.setDecimals(1)
        self.setSingleStep(0.1)
        self.setRange(_UNSET, HIGHEST_TEMPERATURE)
        self.setSpecialValueText(self.tr("Provider's default"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setTextMargins(_MARGIN, 0, 0, 0)
        self.set_temperature(None)

    @property
    def temperature(self) -> float | None:
        """The temperature; None for the provider's default."""
        return None if self.value() < 0 else round(self.value(), self.decimals())

    def set_temperature(self, temperature: float | None) -> None:
        """Show a temperature, with as many decimals as it has."""
        if temperature is not None and round(temperature, 1) != temperature:
            self.setDecimals(2)
        self.setValue(_UNSET if temperature is None else temperature)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll."""
        event.ignore()
