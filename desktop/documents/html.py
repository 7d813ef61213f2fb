"""HTML by the standard library's tolerant parser; nothing it refers to is fetched."""

from html.parser import HTMLParser
from typing import Any

from desktop.documents.markdown import MarkdownWriter

_HIDDEN = frozenset({"script", "style", "template", "noscript", "svg", "head", "nav", "iframe"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_NAMES = (
    "address article aside blockquote body dd details div dl dt fieldset figcaption figure footer "
    "form header hr li main ol p pre section summary table tbody td tfoot th thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split()) | frozenset(_HEADINGS)


def write_html(html: str, out: MarkdownWriter) -> str:
    """Write a page's text to `out` and return its title, '' when it has none."""
    parser = _Parser(out)
    parser.feed(html)
    parser.close()
    parser.flush()
    return parser.title


class _Parser(HTMLParser):
    """Collects words and writes them as the block that they stand in."""

    def __init__(self, out: MarkdownWriter) -> None:
        super().__init__(convert_charrefs=True)
        self._out = out
        self._words: list[str] = []
        self._hidden: list[str] = []
        self._titles: list[str] = []
        self._lists = 0
        self._cells: list[str] | None = None
        self._rows = 0
        self._kind = "p"

    @property
    def title(self) -> str:
        return " ".join("".join(self._titles).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        if tag == "title" or tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag == "body":
            self._hidden.clear()  # a head that was never closed hides nothing
        elif self._hidden:
            return
        elif tag == "br":
            self._words.append("\n")
        elif tag == "img":
            self._words.append(next((value or "" for key, value in attrs if key == "alt"), ""))
        elif tag in _BLOCKS and self._kind != "pre":
            self._begin(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        elif tag in _BLOCKS and (self._kind != "pre" or tag == "pre"):
            self._finish(tag)

    def handle_data(self, data: str) -> None:
        if self._hidden:
            if self._hidden[-1] == "title":
                self._titles.append(data)
            return
        # Line breaks of the source are spaces; those of <br> are kept apart from them.
        keeps = self._kind == "pre"
        self._words.append(data if keeps else data.replace("\n", " "))

    def flush(self) -> None:
        """Write what was collected as the block that it belongs to."""
        text, self._words = "".join(self._words), []
        if self._cells is not None:
            if self._cells:
                self._cells[-1] += f" {text}"
        elif self._kind in _HEADINGS:
            self._out.heading(text, _HEADINGS[self._kind])
        elif self._kind == "pre":
            self._out.code(text)
        elif self._kind == "li":
            self._out.item(text, max(0, self._lists - 1))
        else:
            self._out.paragraph(text)

    def _begin(self, tag: str) -> None:
        self.flush()
        if tag in {"ul", "ol"}:
            self._lists += 1
        elif tag == "table":
            self._rows = 0
        elif tag == "tr":
            self._end_row()  # its end may be left out
            self._cells = []
        elif tag in {"td", "th"} and self._cells is not None:
            self._cells.append("")
        self._kind = tag

    def _finish(self, tag: str) -> None:
        self.flush()
        if tag in {"ul", "ol"}:
            self._lists = max(0, self._lists - 1)
            self._out.end_list()
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self._end_row()
            self._out.end_list()
        self._kind = "p"

    def _end_row(self) -> None:
        if self._cells is not None:
            self._out.row(self._cells, is_first=not self._rows)
            self._cells = None
            self._rows += 1
