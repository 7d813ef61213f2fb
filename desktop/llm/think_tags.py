"""Tell reasoning from answer where a server leaves `<think>` tags in the text."""

_TAGS = (("<think>", "</think>"), ("<thinking>", "</thinking>"))


class ThinkTagSplitter:
    """Splits streamed text; only a tag at its very start counts.

    A tag further on may be what the answer is about.
    """

    def __init__(self) -> None:
        self._held = ""
        self._closing: str | None = None
        self._decided = False
        self._after_tag = False

    def feed(self, piece: str) -> tuple[str, str]:
        """Return the reasoning and the text that are certain after `piece`."""
        if self._decided and self._closing is None:
            return "", self._text(piece)
        self._held += piece
        return self._reason() if self._decided else self._decide()

    def flush(self) -> tuple[str, str]:
        """Return what was held back, as the stream has ended."""
        held, self._held = self._held, ""
        return (held, "") if self._closing else ("", held)

    def _decide(self) -> tuple[str, str]:
        start = self._held.lstrip()
        for opening, closing in _TAGS:
            if start.startswith(opening):
                self._decided, self._closing = True, closing
                self._held = start.removeprefix(opening).removeprefix("\n")
                return self._reason()
        if any(opening.startswith(start) for opening, _ in _TAGS):
            return "", ""
        self._decided = True
        return self.flush()

    def _reason(self) -> tuple[str, str]:
        closing = self._closing or ""
        before, found, after = self._held.partition(closing)
        if found:
            self._closing, self._held, self._after_tag = None, "", True
            return before, self._text(after)
        keep = _overlap(self._held, closing)
        certain = len(self._held) - keep
        reasoning, self._held = self._held[:certain], self._held[certain:]
        return reasoning, ""

    def _text(self, piece: str) -> str:
        """Return `piece` without the line breaks that set the answer off its reasoning."""
        if self._after_tag:
            piece = piece.lstrip("\n")
            self._after_tag = not piece
        return piece


def _overlap(text: str, tag: str) -> int:
    """Return how many characters at the end of `text` may begin `tag`."""
    return next((n for n in range(len(tag) - 1, 0, -1) if text.endswith(tag[:n])), 0)
