"""What can be wrong with a response body as a whole."""


class BodyTooLarge(ValueError):
    """The server sent more than any answer can be."""


class NotAnAnswer(ValueError):
    """The body is something else; `beginning` is its first text, `page` tells a web page."""

    def __init__(self, message: str, *, beginning: str = "", page: bool = False) -> None:
        super().__init__(message)
        self.beginning = beginning
        self.page = page


class CutShort(ValueError):
    """The body ended before the provider said that the answer had."""
