"""Test a connection stage by stage, with values that need not be saved.

The last stages use the very client that a chat uses, so that the test does not fail where
a chat would work: a refused model list fails nothing by itself, only a refused answer does.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from desktop.llm.config import CompletionsConfig, EmbeddingsConfig, LLMProvider
from desktop.llm.factory import get_embeddings_client, get_llm_client
from desktop.llm.network import NetworkOptions
from desktop.llm.stages import Stage, StageName, report

__all__ = ["Stage", "StageName", "diagnose", "diagnose_embeddings", "report"]


async def diagnose(
    config: CompletionsConfig, *, network: NetworkOptions | None = None
) -> AsyncGenerator[Stage]:
    """Test the connection for chat; `config` need not be complete.

    Yields each stage twice: `running`, then `ok`, `failed` or `skipped`; after a failure
    the rest is skipped. Closing the generator ends the test and its connections.

    Raises:
        asyncio.CancelledError: and nothing else.
    """
    async with aclosing(await asyncio.to_thread(_chat_test, config, network)) as stages:
        async for stage in stages:
            yield stage


async def diagnose_embeddings(
    config: EmbeddingsConfig, *, network: NetworkOptions | None = None
) -> AsyncGenerator[Stage]:
    """Test the connection for embeddings, like `diagnose`; nothing streams there."""
    async with aclosing(await asyncio.to_thread(_embeddings_test, config, network)) as stages:
        async for stage in stages:
            if stage.name is not StageName.STREAMING:
                yield stage


# Both are called in a thread, because their imports take longer than a frame.


def _chat_test(config: CompletionsConfig, network: NetworkOptions | None) -> AsyncGenerator[Stage]:
    from desktop.llm.connection_test import ConnectionTest
    from desktop.llm.trial import ChatTrial

    def trial(endpoint: str | None) -> ChatTrial:
        return ChatTrial(get_llm_client(replace(config, endpoint=endpoint), network=network))

    return ConnectionTest(config, config.provider, trial, network).run()


def _embeddings_test(
    config: EmbeddingsConfig, network: NetworkOptions | None
) -> AsyncGenerator[Stage]:
    from desktop.llm.connection_test import ConnectionTest
    from desktop.llm.trial import EmbeddingsTrial

    def trial(endpoint: str | None) -> EmbeddingsTrial:
        moved = replace(config, endpoint=endpoint)
        return EmbeddingsTrial(get_embeddings_client(moved, network=network))

    return ConnectionTest(config, LLMProvider.OPENAI, trial, network).run()
