"""A second start of Parley brings the window of the first to the front."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

WAIT_MS = 1500
_LONGEST = 65_536  # bytes; the longest path is much shorter
_RAISED = b"raised"


def call_first_window(data: Path, file: Path | None = None) -> bool:
    """Ask the Parley that has `data` open to show its window, and what is in `file`.

    Returns False when it does not answer.
    """
    socket = QLocalSocket()
    socket.connectToServer(server_name(data))
    if not socket.waitForConnected(WAIT_MS):
        return False
    path = None if file is None else str(file.absolute())
    socket.write(json.dumps({"file": path}).encode() + b"\n")
    socket.waitForReadyRead(WAIT_MS)  # false also when the answer came before the wait
    return socket.readAll().data() == _RAISED


class FirstWindow(QLocalServer):
    """Listens for later starts over the same data, which only this user can make.

    `open_file` is called with the file that one of them was given.
    """

    def __init__(self, window: QWidget, data: Path, open_file: Callable[[Path], None]) -> None:
        super().__init__(window)
        self._window = window
        self._open_file = open_file
        self.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self.newConnection.connect(self._accept)
        name = server_name(data)
        QLocalServer.removeServer(name)  # of a Parley that crashed: this one holds the lock
        self.listen(name)

    def _accept(self) -> None:
        socket = self.nextPendingConnection()
        socket.setReadBufferSize(_LONGEST)
        socket.disconnected.connect(socket.deleteLater)
        socket.readyRead.connect(lambda: self._answer(socket))

    def _answer(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            return
        file = _file_in(bytes(socket.readLine().data()))
        socket.write(_RAISED)
        socket.flush()
        socket.disconnectFromServer()
        bring_to_front(self._window)
        if file is not None:
            self._open_file(file)


def _file_in(line: bytes) -> Path | None:
    try:
        path = json.loads(line)["file"]
    except (ValueError, KeyError, TypeError):
        return None
    return Path(path) if isinstance(path, str) else None


def bring_to_front(window: QWidget) -> None:
    """Show `window` above others, also when it is minimised."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()


def server_name(data: Path) -> str:
    """Return the name that the Parley which has `data` open listens at."""
    place = hashlib.sha256(str(data.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    return f"parley-{place[:24]}"
