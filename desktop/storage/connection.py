"""A connection to SQLite that gives its locks back when it is closed."""

import sqlite3
from contextlib import suppress


class PromptConnection(sqlite3.Connection):
    """Rolls back what is open before it closes.

    A task that is cancelled while a statement runs has its connection closed, with the cursor
    still there. SQLite then puts off the closing, and with it the end of the transaction, until
    the cursor is garbage; nobody else could write until then.
    """

    def close(self) -> None:
        """End the transaction, if there is one, and close."""
        with suppress(sqlite3.Error):
            self.rollback()
        super().close()
