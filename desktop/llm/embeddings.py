"""Embeddings: texts → vectors, by OpenAI or a gateway with its API."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from desktop.core.content import Usage
from desktop.core.errors import ErrorKind, LLMError
from desktop.core.passages import Purpose
from desktop.llm.base import ModelInfo
from desktop.llm.endpoints import base_url
from desktop.llm.json_api import JSONAPI
from desktop.llm.models import parse_models
from desktop.llm.network import NetworkOptions
from desktop.llm.retry import RetryPolicy
from desktop.llm.vectors import BadVectors, Vectors, read_vectors, tokens_of

MAX_TEXTS = 2048
"""Texts in one request; OpenAI's limit."""

MAX_TOKENS = 300_000
"""Tokens in one request; OpenAI's limit."""

_BYTES_PER_TOKEN = 2  # English has four, Chinese three: the estimate errs on the safe side
_TOO_MUCH = frozenset({ErrorKind.REQUEST_TOO_LARGE, ErrorKind.CONTEXT_TOO_LONG})
_BATCH_TOO_LARGE = re.compile(
    r"batch|at most \d+ (?:inputs|requests|texts)|too many inputs", re.IGNORECASE
)
_OPENAI = "api.openai.com"
_REFUSALS = {
    "input_type": re.compile(r"input_type"),
    "encoding_format": re.compile(r"encoding_format|base64"),
}
"""What a request can do without, and how a server says that it does not know it."""

_NO_LIST = frozenset({ErrorKind.ENDPOINT_NOT_FOUND, ErrorKind.UNSUPPORTED})


class OpenAIEmbeddings:
    """A connection to one embeddings model; use it in one event loop only.

    `endpoint` is a base URL, None for OpenAI's own. `usage` is the sum of all requests.
    `refused` names the parameters that the server knows not; it is added to, and given to
    the next client of the same server it spares a request.
    """

    def __init__(
        self,
        api_key: str | None,
        model: str,
        endpoint: str | None = None,
        *,
        network: NetworkOptions | None = None,
        retry: RetryPolicy | None = None,
        refused: set[str] | None = None,
    ) -> None:
        self.model = model
        self.usage = Usage()
        self._api = JSONAPI(base_url("openai", endpoint), api_key, network=network, retry=retry)
        self._refused = set[str]() if refused is None else refused
        if self._api.service.host == _OPENAI:
            # Azure, OpenRouter, Voyage, NVIDIA and others know it; most ignore what they don't.
            self._refused.add("input_type")

    async def embed(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Vectors:
        """Return one vector for each text: float32, (texts, dimensions), in their order.

        Texts go out in as few requests as the provider's limits allow. Without texts the
        result has the shape (0, 0). `purpose` is told to servers that may want to know it.

        Raises:
            LLMError: a text is empty, the server failed, or a vector is missing or broken.
        """
        if any(not text.strip() for text in texts):
            raise LLMError(
                "An empty text can't be turned into a vector.",
                kind=ErrorKind.BAD_REQUEST,
                cure="Leave empty texts out.",
            )
        parts = [await self._batch(batch, purpose) for batch in batches(texts)]
        if len({part.shape[1] for part in parts}) > 1:
            raise self._bad("Its vectors differ in length.")
        return np.vstack(parts) if parts else np.empty((0, 0), dtype=np.float32)

    async def list_models(self) -> list[ModelInfo]:
        """Return the embedding models to offer; empty where the server has no list.

        Raises:
            LLMError: the list could not be read.
        """
        try:
            payload = await self._api.request("GET", "/models")
        except LLMError as error:
            if error.kind in _NO_LIST:
                return []
            raise
        host = self._api.service.host
        models = parse_models(payload, provider="openai", host=host)
        return [model for model in models if model.kind == "embedding"]

    async def test(self) -> int:
        """Ask for one vector and return its dimensions.

        Raises:
            LLMError: what `embed` would have failed with.
        """
        return (await self.embed(["test"])).shape[1]

    async def aclose(self) -> None:
        """Close the connections; the object can't be used after."""
        await self._api.aclose()

    async def _batch(self, texts: Sequence[str], purpose: Purpose) -> Vectors:
        """Embed one batch; halved where the server takes less than OpenAI."""
        extras = self._extras(purpose)
        try:
            return await self._request(texts, extras)
        except LLMError as error:
            if refused := {name for name in extras if _REFUSALS[name].search(error.detail)}:
                self._refused |= refused
                return await self._batch(texts, purpose)
            if len(texts) == 1 or not _wants_less(error):
                raise
        middle = len(texts) // 2
        halves = (texts[:middle], texts[middle:])
        return np.vstack([await self._batch(half, purpose) for half in halves])

    def _extras(self, purpose: Purpose) -> dict[str, str]:
        # In base64 numbers are exact and take a third of the bytes.
        extras = {"input_type": str(purpose), "encoding_format": "base64"}
        return {name: value for name, value in extras.items() if name not in self._refused}

    async def _request(self, texts: Sequence[str], extras: Mapping[str, str]) -> Vectors:
        inputs = [_encodable(text) for text in texts]
        body: dict[str, object] = {"model": self.model, "input": inputs, **extras}
        payload = await self._api.request("POST", "/embeddings", body)
        try:
            vectors = await asyncio.to_thread(read_vectors, payload, count=len(texts))
        except BadVectors as error:
            raise self._bad(str(error)) from error
        tokens = tokens_of(payload)
        if tokens is not None:
            self.usage = Usage(input_tokens=(self.usage.input_tokens or 0) + tokens)
        return vectors

    def _bad(self, detail: str) -> LLMError:
        return LLMError(
            f"{self._api.service.name} answered with something that is no set of vectors.",
            kind=ErrorKind.BAD_RESPONSE,
            cure="Check the model in Settings; it has to be one for embeddings.",
            detail=detail,
        )


def batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut `texts` into runs that fit one request each; a longer single text goes alone."""
    start = tokens = 0
    for position, text in enumerate(texts):
        size = len(text.encode("utf-8", "surrogatepass")) // _BYTES_PER_TOKEN + 1
        full = position - start == MAX_TEXTS or tokens + size > MAX_TOKENS
        if full and position > start:
            yield texts[start:position]
            start, tokens = position, 0
        tokens += size
    if start < len(texts):
        yield texts[start:]


def _encodable(text: str) -> str:
    """Replace lone surrogates, which JSON in UTF-8 can't carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _wants_less(error: LLMError) -> bool:
    refused = error.kind in {ErrorKind.BAD_REQUEST, ErrorKind.UNSUPPORTED_PARAMETER}
    return error.kind in _TOO_MUCH or (refused and bool(_BATCH_TOO_LARGE.search(error.detail)))
