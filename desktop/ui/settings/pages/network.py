"""The page Network: which proxy, whom to trust, how long to wait."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit

from desktop.llm.network import ProxyMode
from desktop.services.network import LONGEST_ANSWER, LONGEST_CONNECT, NetworkValues
from desktop.ui.icons import Icons
from desktop.ui.settings.card import Card
from desktop.ui.settings.choice import Choice
from desktop.ui.settings.controls import Button, Group, LineEdit, Pair, Row, blocked
from desktop.ui.settings.field import Field
from desktop.ui.settings.key_field import DOTS
from desktop.ui.settings.numbers import NumberSpin
from desktop.ui.settings.page import SettingsPage
from desktop.ui.theme import Theme


class NetworkPage(SettingsPage):
    """How providers are reached; a server on this computer is always reached directly."""

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__("network", self.tr("Network"), "globe", theme=theme, icons=icons)
        self._password_saved = False
        self._mode = Choice[ProxyMode](
            "proxyModeCombo",
            [
                ("system", self.tr("As the system says")),
                ("none", self.tr("None")),
                ("manual", self.tr("This one")),
            ],
        )
        self._url = LineEdit("proxyUrlEdit")
        self._url.setPlaceholderText("proxy.example.com:3128")
        self._user = LineEdit("proxyUserEdit")
        self._password = LineEdit("proxyPasswordEdit")
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._no_proxy = LineEdit("noProxyEdit")
        self._no_proxy.setPlaceholderText("intranet.example.com, 10.0.0.0/8, <local>")
        self._ca_file = LineEdit("caFileEdit")
        self._connect = self._seconds("connectSecondsSpin", LONGEST_CONNECT)
        self._answer = self._seconds("answerSecondsSpin", LONGEST_ANSWER)
        self._fields = self._make_fields()
        self._lay_out()
        self._connect_all()
        self.show_values(NetworkValues())

    def values(self) -> NetworkValues:
        """Return what stands in the fields."""
        return NetworkValues(
            proxy=self._mode.value,
            proxy_url=self._url.text().strip(),
            proxy_user=self._user.text().strip(),
            password=self._password.text(),
            password_saved=self._password_saved,
            no_proxy=self._no_proxy.text().strip(),
            ca_file=self._ca_file.text().strip(),
            connect_seconds=self._connect.value(),
            answer_seconds=self._answer.value(),
        )

    def show_values(self, values: NetworkValues) -> None:
        """Fill the fields, without reporting it as something the user did."""
        texts = (
            (self._url, values.proxy_url),
            (self._user, values.proxy_user),
            (self._password, values.password),
            (self._no_proxy, values.no_proxy),
            (self._ca_file, values.ca_file),
        )
        with blocked(*(edit for edit, _ in texts)):
            for edit, text in texts:
                edit.setText(text)
        self._mode.set_value(values.proxy)
        self._connect.set_number(values.connect_seconds)
        self._answer.set_number(values.answer_seconds)
        self._password_saved = values.password_saved
        saved = DOTS if values.password_saved else self.tr("None")
        self._password.setPlaceholderText(saved)
        self._show_manual()

    def fields(self) -> dict[str, Field]:
        """Return the fields by the names that problems have, from top to bottom."""
        return self._fields

    def choose_file(self, path: str) -> None:
        """Put in the file of certificates."""
        self._ca_file.setText(path)

    def _make_fields(self) -> dict[str, Field]:
        choose = Button(self.tr("Choose…"), name="chooseCaFileButton")
        choose.clicked.connect(self._ask_for_file)
        body = Row(self._ca_file, choose, name="caFileRow", spacing=8)
        fields = {
            "proxy": self.make_field(self.tr("Proxy"), self._mode),
            "proxy_url": self.make_field(self.tr("Proxy address"), self._url),
            "proxy_user": self.make_field(self.tr("User"), self._user),
            "proxy_password": self.make_field(self.tr("Password"), self._password),
            "no_proxy": self.make_field(self.tr("Not for these hosts"), self._no_proxy),
            "ca_file": self.make_field(self.tr("Certificates to trust"), self._ca_file, body),
            "connect_seconds": self.make_field(self.tr("Connect within"), self._connect),
            "answer_seconds": self.make_field(self.tr("Bear silence for"), self._answer),
        }
        fields["proxy_url"].say(self.tr("http, https or socks5; without a name before it: http."))
        fields["proxy_password"].say(self.tr("Stored encrypted, like your API keys."))
        fields["ca_file"].say(
            self.tr("A PEM file of your company's authority, trusted beside the system's.")
        )
        fields["answer_seconds"].say(
            self.tr("Local models read a long conversation for minutes before they begin.")
        )
        return fields

    def _lay_out(self) -> None:
        fields = self._fields
        who = Pair(fields["proxy_user"], fields["proxy_password"], name="proxyUserRow")
        self._manual = Group(
            fields["proxy_url"], who, fields["no_proxy"], name="manualProxy", spacing=16
        )
        about = self.tr("Servers on this computer are always reached without one.")
        proxy = Card(self.tr("Proxy"), about, name="proxyCard")
        proxy.add(fields["proxy"], self._manual)
        trust = Card(self.tr("Encryption"), "", name="trustCard")
        trust.add(fields["ca_file"])
        times = Card(self.tr("Time limits"), "", name="timesCard")
        times.add(Pair(fields["connect_seconds"], fields["answer_seconds"], name="timesRow"))
        self.set_cards(proxy, trust, times)

    def _connect_all(self) -> None:
        self._mode.currentIndexChanged.connect(self._on_mode)
        for edit in (self._url, self._user, self._password, self._no_proxy, self._ca_file):
            edit.textChanged.connect(self.changed)
        for spin in (self._connect, self._answer):
            spin.valueChanged.connect(self.changed)

    def _on_mode(self) -> None:
        self._show_manual()
        self.changed.emit()

    def _show_manual(self) -> None:
        self._manual.setVisible(self._mode.value == "manual")

    def _seconds(self, name: str, most: int) -> NumberSpin:
        spin = NumberSpin(name, 1, most)
        spin.setSuffix(self.tr(" s"))
        return spin

    def _ask_for_file(self) -> None:
        """Let the user look for a file; the window goes on meanwhile."""
        title = self.tr("Choose a file of certificates")
        dialog = QFileDialog(self, title)
        dialog.setObjectName("caFileDialog")
        dialog.setAccessibleName(title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [self.tr("Certificates (*.pem *.crt *.cer)"), self.tr("All files (*)")]
        )
        dialog.fileSelected.connect(self.choose_file)
        dialog.open()
