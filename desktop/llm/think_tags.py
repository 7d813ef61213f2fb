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

    def feed(self, piece: str) -> tuple[str, str]:
        """Return the reasoning and the text that are certain after `piece`."""
        if self._decided and self._closing is None:
            return "", piece
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
            self._closing, self._held = None, ""
            return before, after.lstrip("\n")
        keep = _overlap(self._held, closing)
        certain = len(self._held) - keep
        reasoning, self._held = self._held[:certain], self._held[certain:]
        return reasoning, ""


def _overlap(text: str, tag: str) -> int:
    """Return how many characters at the end of `text` may begin `tag`."""
    return next((n for n in range(len(tag) - 1, 0, -1) if text.endswith(tag[:n])), 0)
