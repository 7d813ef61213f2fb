"""A second start of Parley brings the window of the first to the front."""

import hashlib
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

WAIT_MS = 1500
_RAISED = b"raised"


def call_first_window(data: Path) -> bool:
    """Ask the Parley that has `data` open to show its window; False when it does not answer."""
    socket = QLocalSocket()
    socket.connectToServer(_name(data))
    if not socket.waitForConnected(WAIT_MS):
        return False
    socket.waitForReadyRead(WAIT_MS)  # false also when the answer came before the wait
    return socket.readAll().data() == _RAISED


class FirstWindow(QLocalServer):
    """Listens for later starts over the same data, which only this user can make."""

    def __init__(self, window: QWidget, data: Path) -> None:
        super().__init__(window)
        self._window = window
        self.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self.newConnection.connect(self._answer)
        name = _name(data)
        QLocalServer.removeServer(name)  # of a Parley that crashed: this one holds the lock
        self.listen(name)

    def _answer(self) -> None:
        socket = self.nextPendingConnection()
        socket.disconnected.connect(socket.deleteLater)
        socket.write(_RAISED)
        socket.flush()
        socket.disconnectFromServer()
        bring_to_front(self._window)


def bring_to_front(window: QWidget) -> None:
    """Show `window` above others, also when it is minimised."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()


def _name(data: Path) -> str:
    place = hashlib.sha256(str(data.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    return f"parley-{place[:24]}"
