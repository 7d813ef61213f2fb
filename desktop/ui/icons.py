"""Icons: vendored line drawings, drawn in any colour and sharp at any scale."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.core.resources import resource

STROKE = "1.75"
ICON_SIZE = 18


class Icons:
    """Draws `resources/icons/NAME.svg` and keeps what it drew."""

    def __init__(self) -> None:
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}

    def icon(
        self, name: str, colour: str, size: int = ICON_SIZE, *, before: int = 0, after: int = 0
    ) -> QIcon:
        """Return the icon for a button whose icon size is `size`.

        `before` and `after` add empty pixels at its sides, to keep a distance to the
        button's text; the icon size then is `size + before + after` wide.

        Raises:
            FileNotFoundError: there is no icon of that name.
        """
        app = QGuiApplication.instance()
        dpr = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
        drawing = self.pixmap(name, colour, size, dpr)
        if before or after:
            drawing = _padded(drawing, size, before, after)
        return QIcon(drawing)

    def pixmap(self, name: str, colour: str, size: int, dpr: float) -> QPixmap:
        """Return the drawing, `size` logical pixels square; `colour` such as `#rrggbb`.

        Raises:
            FileNotFoundError: there is no icon of that name.
        """
        key = (name, colour, size, dpr)
        if key not in self._pixmaps:
            self._pixmaps[key] = _draw(name, colour, size, dpr)
        return self._pixmaps[key]


def _draw(name: str, colour: str, size: int, dpr: float) -> QPixmap:
    source = resource(f"icons/{name}.svg").read_text("utf-8")
    source = source.replace("currentColor", colour)
    source = source.replace('stroke-width="2"', f'stroke-width="{STROKE}"')
    side = round(size * dpr)
    pixmap = QPixmap(side, side)
    pixmap.setDevicePixelRatio(dpr)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, size, size))
    return pixmap


def _padded(drawing: QPixmap, size: int, before: int, after: int) -> QPixmap:
    dpr = drawing.devicePixelRatio()
    padded = QPixmap(round((size + before + after) * dpr), drawing.height())
    padded.setDevicePixelRatio(dpr)
    padded.fill(Qt.GlobalColor.transparent)
    with QPainter(padded) as painter:
        painter.drawPixmap(before, 0, drawing)
    return padded
