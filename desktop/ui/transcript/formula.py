"""LaTeX to outlines that can be painted at any size, in any colour. No SVG is ever read."""

import re
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPainterPathStroker

MOST_EFFORT = 3_000
"""Letters and commands of a formula, each counted twice for every level it is nested, above
which its source is shown: about half a second."""
_SIZE = 100.0

_COMMAND = re.compile(r"\\[A-Za-z]+|[{}^_&\\\s]")
_MATRIX = re.compile(r"\\begin\{(\w*matrix)\}.*?\\end\{\1\}(?=\s*[\^_])", re.DOTALL)
_MARK = re.compile(r"\\[A-Za-z]+|\\.|\S", re.DOTALL)
_DEEPER = {"{": 1, "}": -1, "\\begin": 1, "\\end": -1, "\\left": 1, "\\right": -1}
_UPS = frozenset("^_'")
_PATH_STEP = re.compile(r"([MLQZ])([^MLQZ]*)")


@dataclass(frozen=True, slots=True)
class Formula:
    """Outlines in units of the font size; y grows downwards from the base line."""

    outline: QPainterPath
    width: float
    ascent: float
    descent: float


def typeset(tex: str, *, display: bool) -> Formula:
    """Set a formula; the first time takes half a second, later ones up to 40 ms.

    Raises:
        ValueError: it is longer or deeper than anyone writes.
        Exception: whatever the typesetter raises at what it does not know.
    """
    _check(tex)
    from ziamath.config import config  # reads a font of 1.5 MB
    from ziamath.zmath import Latex

    # Outlines stand where they are used, not in a list of symbols to refer to.
    config.svg2 = False
    # An index on a matrix is only understood on a group.
    tex = _MATRIX.sub(r"{\g<0>}", tex)
    found: Any = Latex(tex, size=_SIZE, inline=not display, number=None, margin=0.0)
    box = found.node.bbox
    path = _outline(found.svgxml(), -box.xmin / _SIZE)
    return Formula(path, (box.xmax - box.xmin) / _SIZE, box.ymax / _SIZE, -box.ymin / _SIZE)


def guess(tex: str, *, display: bool) -> Formula:
    """Return an empty formula of about the size that `tex` will have."""
    letters = len(_COMMAND.sub("", tex)) + tex.count("\\")
    rows = tex.count("\\\\") + 1
    is_high = display and ("\\frac" in tex or "\\sum" in tex or "\\int" in tex)
    height = rows * (2.3 if is_high else 1.4 if display else 1.0)
    width = max(0.6, letters * 0.5 / rows)
    return Formula(QPainterPath(), width, height * 0.65, height * 0.35)


def _check(tex: str) -> None:
    # The typesetter takes twice as long for what is nested one level deeper.
    depth, effort, ups = 0, 0, 0
    for mark in _MARK.findall(tex):
        ups = ups + 1 if mark in _UPS else 0
        depth += _DEEPER.get(mark, 0)
        effort += 1 << min(max(depth + ups, 0), 40)
    if effort > MOST_EFFORT:
        raise ValueError(tex[:40])


def _outline(svg: Any, left: float) -> QPainterPath:
    path = QPainterPath()
    for element in svg.iter():
        match element.tag:
            case "path":
                path.addPath(_stroked(_path(element.attrib["d"]), element))
            case "rect":
                path.addPath(_stroked(_rect(element), element))
            case "svg" | "g" | "title":
                pass
            case _:
                raise ValueError(element.tag)
    path.setFillRule(path.fillRule().WindingFill)
    return path.translated(left, 0)


def _path(steps: str) -> QPainterPath:
    path = QPainterPath()
    for step, arguments in _PATH_STEP.findall(steps):
        numbers = [float(each) / _SIZE for each in arguments.replace(",", " ").split()]
        points = [QPointF(*pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
        match step:
            case "M":
                path.moveTo(points[0])
            case "L":
                path.lineTo(points[0])
            case "Q":
                path.quadTo(points[0], points[1])
            case _:
                path.closeSubpath()
    return path


def _rect(element: Any) -> QPainterPath:
    path = QPainterPath()
    sides = (float(element.attrib[name]) / _SIZE for name in ("x", "y", "width", "height"))
    path.addRect(QRectF(*sides))
    return path


def _stroked(path: QPainterPath, element: Any) -> QPainterPath:
    """Return the outline of what is drawn as a line."""
    if element.attrib.get("stroke", "none") == "none":
        return path
    pen = QPainterPathStroker()
    pen.setWidth(float(element.attrib["stroke-width"]) / _SIZE)
    return pen.createStroke(path)
