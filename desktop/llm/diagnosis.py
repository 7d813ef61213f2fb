"""Test a connection stage by stage, with values that need not be saved.

The last stages use the very client that a chat uses, so that the test does not fail where
a chat would work: a refused model list fails nothing by itself, only a refused answer does.
"""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from desktop.core.errors import ParleyError
from desktop.llm.config import CompletionsConfig, EmbeddingsConfig, LLMProvider
from desktop.llm.connection_test import ConnectionTest, Step
from desktop.llm.embeddings import OpenAIEmbeddings
from desktop.llm.factory import get_llm_client
from desktop.llm.keys import clean_key
from desktop.llm.stages import Stage, StageName, failed, report
from desktop.llm.trial import ChatTrial, EmbeddingsTrial, Trial

__all__ = ["Stage", "StageName", "diagnose", "diagnose_embeddings", "report"]


async def diagnose(config: CompletionsConfig) -> AsyncGenerator[Stage]:
    """Test the connection for chat; `config` need not be complete.

    Yields each stage twice: `running`, then `ok`, `failed` or `skipped`; after a failure
    the rest is skipped. Closing the generator ends the test and its connections.

    Raises:
        asyncio.CancelledError: and nothing else.
    """
    test = ConnectionTest(config, config.provider, lambda: ChatTrial(get_llm_client(config)))
    async with aclosing(_stages(test)) as stages:
        async for stage in stages:
            yield stage


async def diagnose_embeddings(config: EmbeddingsConfig) -> AsyncGenerator[Stage]:
    """Test the connection for embeddings, like `diagnose`; nothing streams there."""

    def trial() -> Trial:
        key = clean_key(config.api_key)
        return EmbeddingsTrial(OpenAIEmbeddings(key, config.model, config.endpoint))

    test = ConnectionTest(config, LLMProvider.OPENAI, trial)
    async with aclosing(_stages(test)) as stages:
        async for stage in stages:
            if stage.name is not StageName.STREAMING:
                yield stage


async def _stages(test: ConnectionTest) -> AsyncGenerator[Stage]:
    over = False
    try:
        for name, step in test.steps():
            if over:
                yield Stage(name=name, state="skipped", result="The test did not get here.")
                continue
            yield Stage(name=name, state="running")
            ended = await _ended(name, step)
            over = ended.state == "failed"
            yield ended
    finally:
        await test.aclose()


async def _ended(name: StageName, step: Step) -> Stage:
    started = time.monotonic()
    try:
        found = await step()
    except ParleyError as error:
        found = failed(error)
    return Stage(
        name=name,
        state=found.state,
        milliseconds=round((time.monotonic() - started) * 1000),
        result=found.result,
        cause=found.cause,
        cure=found.cure,
    )
