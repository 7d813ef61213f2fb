"""Ask a server for the least there is: one tiny answer, or one vector."""

from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from desktop.core.content import Role
from desktop.llm.base import BaseLLMClient, LLMMessage, LLMResponse, ModelInfo
from desktop.llm.embeddings import OpenAIEmbeddings

_QUESTION = LLMMessage(Role.USER, "Reply with the word OK.")
_MAX_TOKENS = 16
_SHOWN = 60  # letters of the answer


@dataclass(frozen=True, slots=True)
class Reply:
    """What came, in whole sentences, and after how many milliseconds.

    `streaming` is '' where nothing streams, `first` is when its first piece came.
    """

    answer: str
    milliseconds: int
    streaming: str = ""
    first: int | None = None


class Trial(Protocol):
    """What can be asked of a server."""

    async def list_models(self) -> list[ModelInfo]:
        """Return the models; raises LLMError."""
        ...

    async def ask(self) -> Reply:
        """Return what came; raises LLMError."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class ChatTrial:
    """Asks a chat model, over the very path of a chat."""

    def __init__(self, client: BaseLLMClient) -> None:
        self._client = client

    async def list_models(self) -> list[ModelInfo]:
        """Return the client's list."""
        return await self._client.list_models()

    async def ask(self) -> Reply:
        """Stream one tiny answer."""
        started = monotonic()
        first: int | None = None
        pieces = 0
        async with aclosing(self._client.stream([_QUESTION], max_tokens=_MAX_TOKENS)) as chunks:
            async for chunk in chunks:
                if chunk.error is not None:
                    raise chunk.error
                if chunk.response is not None:
                    return Reply(
                        _answered(chunk.response),
                        _since(started),
                        _streamed(pieces),
                        first,
                    )
                pieces += 1
                if first is None:
                    first = _since(started)
        raise AssertionError("a stream ends in done or error")

    async def aclose(self) -> None:
        """Close the client."""
        await self._client.aclose()


class EmbeddingsTrial:
    """Asks an embeddings model."""

    def __init__(self, embeddings: OpenAIEmbeddings) -> None:
        self._embeddings = embeddings

    async def list_models(self) -> list[ModelInfo]:
        """Return the embedding models."""
        return await self._embeddings.list_models()

    async def ask(self) -> Reply:
        """Turn one word into a vector."""
        started = monotonic()
        dimensions = await self._embeddings.test()
        return Reply(f"One vector with {dimensions} dimensions came.", _since(started))

    async def aclose(self) -> None:
        """Close the client."""
        await self._embeddings.aclose()


def _since(started: float) -> int:
    return round((monotonic() - started) * 1000)


def _answered(response: LLMResponse) -> str:
    said = " ".join(response.content.split())
    said = said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…"
    what = f"“{said}”" if said else "An answer without text"
    return " ".join([f"{what} came.", *response.warnings])


def _streamed(pieces: int) -> str:
    if not pieces:
        return "No text came, so there was nothing to stream."
    return "It came in one piece." if pieces == 1 else f"The first of {pieces} pieces came."
