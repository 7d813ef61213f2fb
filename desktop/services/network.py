"""The network's settings: kept in a row of their own, the proxy's password sealed by the vault."""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast, get_args

from desktop.core.connection import origin
from desktop.core.errors import InvalidSetting
from desktop.llm.network import Limits, NetworkOptions, ProxyMode, proxy_address
from desktop.storage.database import Database
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.vault import Vault

ROW = ("app", "network")
SLOT = "app/network"
LONGEST_CONNECT, LONGEST_ANSWER = 120, 3600
"""Seconds that can be asked for."""
_STALLS = 3
"""Keep-alives without an answer are borne so many times longer than silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkValues:
    """What stands in the fields of the page Network.

    `password` is what was typed, `password_saved` tells whether there is one for this proxy;
    `no_proxy` are hosts with commas or spaces between them; times are in seconds,
    `answer_seconds` the longest silence before and in an answer.
    """

    proxy: ProxyMode = "system"
    proxy_url: str = ""
    proxy_user: str = ""
    password: str = field(default="", repr=False)
    password_saved: bool = False
    no_proxy: str = ""
    ca_file: str = ""
    connect_seconds: int = 10
    answer_seconds: int = 300


class NetworkStore:
    """Loads and saves the page, and gives what the clients of providers take."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def load(self) -> NetworkValues:
        """Return what is saved, without the password.

        Raises:
            StorageError: the database can't be read.
        """
        row = await self._row()
        saved = row.get("proxy_password_encrypted") is not None
        return _values(row, saved=saved or self._vault.holds(SLOT, _origin_of(row)))

    async def options(self) -> NetworkOptions:
        """Return what is saved, for the clients of providers.

        Raises:
            VaultError: the proxy's password can't be opened now.
            StorageError: the database can't be read.
        """
        row = await self._row()
        values = _values(row, saved=False)
        password = ""
        if values.proxy == "manual" and values.proxy_user:
            token = row.get("proxy_password_encrypted")
            password = await self._vault.unseal(token, slot=SLOT, origin=_origin_of(row)) or ""
        return NetworkOptions(
            proxy=values.proxy,
            proxy_url=values.proxy_url,
            proxy_user=values.proxy_user,
            proxy_password=password,
            no_proxy=_hosts(values.no_proxy),
            ca_file=Path(values.ca_file) if values.ca_file else None,
            limits=Limits(
                connect=values.connect_seconds,
                first_byte=values.answer_seconds,
                idle=values.answer_seconds,
                stall=values.answer_seconds * _STALLS,
            ),
        )

    async def problems(self, values: NetworkValues) -> Sequence[InvalidSetting]:
        """Return what can't be saved, in the order of the fields.

        Raises:
            StorageError: the database can't be read.
        """
        problems: list[InvalidSetting] = []
        for check in (_check_proxy, _check_ca_file):
            try:
                check(values)
            except InvalidSetting as problem:
                problems.append(problem)
        if not problems and _needs_password(values, await self._row()):
            problems.append(
                InvalidSetting(
                    "The saved password was entered for another proxy.",
                    field="proxy_password",
                    cure="Enter the password again.",
                )
            )
        return problems

    async def save(self, values: NetworkValues) -> None:
        """Save `values`, which have no problems.

        Raises:
            VaultError: the password can't be sealed now.
            StorageError: the database can't be written.
        """
        row = _row(values)
        row["proxy_password_encrypted"] = await self._token(values, row, await self._row())
        async with self._database.write() as session:
            await SystemConfigRepository(session).put(*ROW, row)
        if row["proxy_password_encrypted"] is not None or not values.proxy_user:
            self._vault.forget(SLOT)

    async def _token(
        self, values: NetworkValues, row: Mapping[str, Any], before: Mapping[str, Any]
    ) -> str | None:
        if not values.proxy_user:
            return None
        if values.password:
            secret = values.password
            return await self._vault.seal(secret, slot=SLOT, origin=_origin_of(row))
        return before.get("proxy_password_encrypted")

    async def _row(self) -> Mapping[str, Any]:
        async with self._database.read() as session:
            return await SystemConfigRepository(session).get(*ROW) or {}


def _check_proxy(values: NetworkValues) -> None:
    if values.proxy == "manual":
        proxy_address(values.proxy_url)


def _needs_password(values: NetworkValues, before: Mapping[str, Any]) -> bool:
    """Tell whether what is saved was entered for another proxy; a password goes to its own only."""
    if values.password or not values.proxy_user or values.proxy != "manual":
        return False
    saved = before.get("proxy_password_encrypted") is not None
    return saved and _origin_of(before) != _origin_of(_row(values))


def _check_ca_file(values: NetworkValues) -> None:
    if not values.ca_file:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(values.ca_file)
    except OSError as error:  # of which ssl.SSLError is one
        raise InvalidSetting(
            "No certificates can be read from this file.",
            field="ca_file",
            cure="Choose a file of certificates in PEM form, or none.",
        ) from error


def _row(values: NetworkValues) -> dict[str, Any]:
    url = proxy_address(values.proxy_url) if values.proxy == "manual" else values.proxy_url
    return {
        "proxy": values.proxy,
        "proxy_url": url,
        "proxy_user": values.proxy_user,
        "no_proxy": list(_hosts(values.no_proxy)),
        "ca_file": values.ca_file,
        "connect_seconds": values.connect_seconds,
        "answer_seconds": values.answer_seconds,
    }


def _values(row: Mapping[str, Any], *, saved: bool) -> NetworkValues:
    """Read a row; what makes no sense is as if it were not there."""
    usual = NetworkValues()
    proxy: Any = row.get("proxy")
    return NetworkValues(
        proxy=proxy if proxy in get_args(ProxyMode) else "system",
        proxy_url=_text(row.get("proxy_url")),
        proxy_user=_text(row.get("proxy_user")),
        password_saved=saved,
        no_proxy=_texts(row.get("no_proxy")),
        ca_file=_text(row.get("ca_file")),
        connect_seconds=_seconds(row, "connect_seconds", usual.connect_seconds, LONGEST_CONNECT),
        answer_seconds=_seconds(row, "answer_seconds", usual.answer_seconds, LONGEST_ANSWER),
    )


def _origin_of(row: Mapping[str, Any]) -> str:
    return origin(_text(row.get("proxy_url")))


def _hosts(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").replace(";", " ").split())


def _texts(value: Any) -> str:
    return ", ".join(map(_text, cast("list[Any]", value))) if isinstance(value, list) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _seconds(row: Mapping[str, Any], name: str, usual: int, most: int) -> int:
    value = row.get(name)
    return min(max(value, 1), most) if type(value) is int else usual
