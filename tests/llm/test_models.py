"""Model lists as servers really send them, and what is offered of them."""

from datetime import date
from typing import Any, get_args

import pytest
from openai.types import EmbeddingModel
from openai.types.shared.all_models import AllModels
from openai.types.shared.chat_model import ChatModel

from desktop.core.content import Usage
from desktop.llm.base import ModelInfo
from desktop.llm.models import openai_display_name, parse_models
from desktop.llm.prices import cost_of, facts_of

OPENAI = "api.openai.com"
TODAY = date(2026, 11, 23)


def openai_list(*ids: str, **more: Any) -> dict[str, Any]:
    entries = [{"id": name, "object": "model", "created": i} for i, name in enumerate(ids)]
    return {"object": "list", "data": [{**entry, **more} for entry in entries]}


def offered(payload: object, kind: str = "chat", host: str = OPENAI) -> list[str]:
    found = parse_models(payload, provider="openai", host=host, today=TODAY)
    return [model.id for model in found if model.kind == kind]


def compatible(payload: object, host: str = "localhost") -> list[ModelInfo]:
    return parse_models(payload, provider="openai_compatible", host=host)


def single(entry: dict[str, Any], host: str = "localhost") -> ModelInfo:
    (model,) = compatible({"data": [entry]}, host)
    return model


def known_openai_ids() -> set[str]:
    literals = [part for part in get_args(AllModels) if get_args(part)]
    return {name for literal in [*literals, ChatModel] for name in get_args(literal)}


def test_openais_chat_and_embedding_models_are_told_apart() -> None:
    payload = openai_list(
        "gpt-6-astra", "text-embedding-3-small", "whisper-1", "o3-pro", "gpt-image-2", "tts-1-hd"
    )

    assert set(offered(payload)) == {"gpt-6-astra", "o3-pro"}
    assert offered(payload, "embedding") == ["text-embedding-3-small"]
    assert set(offered(payload, "other")) == {"whisper-1", "gpt-image-2", "tts-1-hd"}


def test_every_id_that_openais_sdk_knows_has_its_kind() -> None:
    not_for_chat = ("audio", "search", "deep-research", "computer-use", "cyber", "law", "rosalind")
    ids = known_openai_ids()

    chat = set(offered(openai_list(*ids)))

    assert len(ids) > 100
    assert {name for name in chat if any(word in name for word in not_for_chat)} == set()
    assert {"gpt-6.2-sol", "gpt-6.2-astra", "gpt-5.5", "o3", "gpt-5.5-pro"} <= chat
    assert set(offered(openai_list(*get_args(EmbeddingModel)), "embedding")) == set(
        get_args(EmbeddingModel)
    )


def test_openais_models_come_newest_first() -> None:
    assert offered(openai_list("gpt-4o", "gpt-5", "gpt-6-sol")) == ["gpt-6-sol", "gpt-5", "gpt-4o"]


def test_models_that_were_shut_down_are_hidden() -> None:
    gone = openai_list("gpt-4o", shutdown_date="2026-11-23")
    going = openai_list("gpt-4o", shutdown_date="2027-01-14")

    assert offered(gone) == []
    (model,) = parse_models(going, provider="openai", host=OPENAI, today=TODAY)
    assert model.retires == "2027-01-14"


def test_dated_snapshots_are_folded_into_the_plain_name() -> None:
    payload = openai_list("gpt-5.5", "gpt-5.5-2026-04-23", "gpt-4", "gpt-4-0613", "o1-2024-12-17")

    assert set(offered(payload)) == {"gpt-5.5", "gpt-4", "o1-2024-12-17"}


def test_a_gateway_may_list_any_name() -> None:
    payload = openai_list("my-model", "llama-3-instruct", "bge-m3", "whisper-1")

    assert set(offered(payload, host="gateway.example.com")) == {"my-model", "llama-3-instruct"}
    assert offered(payload, "embedding", "gateway.example.com") == ["bge-m3"]


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("gpt-6.1-sol", "GPT-6.1 Sol"),
        ("gpt-5.4-mini", "GPT-5.4 mini"),
        ("gpt-5.4-mini-2026-03-17", "GPT-5.4 mini (2026-03-17)"),
        ("gpt-4o", "GPT-4o"),
        ("gpt-5.1-codex-max", "GPT-5.1 codex max"),
        ("o3-pro", "o3-pro"),
        ("ft:gpt-4o:me::1", "ft:gpt-4o:me::1"),
    ],
)
def test_openais_ids_have_readable_names(model_id: str, expected: str) -> None:
    assert openai_display_name(model_id) == expected


def test_anthropics_limits_names_and_lifecycle_are_read() -> None:
    entry = {
        "type": "model",
        "id": "claude-opus-5-5",
        "display_name": "Claude Opus 5.5",
        "created_at": "2026-09-01T00:00:00Z",
        "lifecycle": "deprecated",
        "retires_at": "2027-09-01T00:00:00Z",
        "max_input_tokens": 1_000_000,
        "max_tokens": 128_000,
        "capabilities": {"thinking": {"supported": True, "types": {}}},
    }
    retired = {**entry, "id": "claude-2", "lifecycle": "retired"}

    (model,) = parse_models(
        {"data": [entry, retired], "has_more": False},
        provider="anthropic",
        host="api.anthropic.com",
    )

    assert model == ModelInfo(
        id="claude-opus-5-5",
        display_name="Claude Opus 5.5",
        context_window=1_000_000,
        max_output_tokens=128_000,
        input_price=4.0,
        output_price=20.0,
        retires="2027-09-01",
        reasoning=True,
        images=True,
        documents=True,
    )


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"data": [{"id": "a"}, {"id": "b"}]}, ["a", "b"]),
        ({"data": None}, []),
        ({"data": []}, []),
        ({"data": None, "models": [{"name": "a"}]}, ["a"]),
        ({"models": [{"name": "llama3:latest", "model": "llama3:latest"}]}, ["llama3:latest"]),
        ([{"id": "a"}, {"id": "b"}], ["a", "b"]),
        (["a", "b"], ["a", "b"]),
        ({"result": [{"name": "@cf/meta/llama"}]}, ["@cf/meta/llama"]),
        ({"data": {"a": 1}}, []),
        ({"data": [{"id": "a"}, {"id": "a"}]}, ["a"]),
        ({"data": [None, 3, {}, {"id": ""}, {"id": None, "name": "b"}]}, ["b"]),
        ({"data": [{"id": "a", "created": None, "owned_by": 7}]}, ["a"]),
        ({"data": [{"key": "qwen/qwen3-4b", "display_name": "Qwen3 4B"}]}, ["qwen/qwen3-4b"]),
        ({"error": "no"}, []),
        ({}, []),
        ([], []),
        (None, []),
        ("<html>", []),
        (42, []),
    ],
)
def test_odd_lists_are_read_as_far_as_possible(payload: object, expected: list[str]) -> None:
    assert [model.id for model in compatible(payload)] == expected


def test_compatible_servers_keep_their_order_and_are_not_filtered() -> None:
    payload = openai_list("whisper-1", "gpt-image-2", "llama")

    assert [(m.id, m.kind) for m in compatible(payload)] == [
        ("whisper-1", "chat"),
        ("gpt-image-2", "chat"),
        ("llama", "chat"),
    ]


def test_openrouters_fields() -> None:
    model = single(
        {
            "id": "openai/gpt-6-sol",
            "name": "OpenAI: GPT-6 Sol",
            "context_length": 400000,
            "architecture": {"output_modalities": ["text"]},
            "pricing": {"prompt": "0.00000125", "completion": "0.00001"},
            "top_provider": {"max_completion_tokens": 128000},
            "supported_parameters": ["reasoning", "tools"],
            "expiration_date": "2027-01-01",
        }
    )

    assert model == ModelInfo(
        id="openai/gpt-6-sol",
        display_name="OpenAI: GPT-6 Sol",
        context_window=400000,
        max_output_tokens=128000,
        input_price=1.25,
        output_price=10.0,
        retires="2027-01-01",
        reasoning=True,
    )


@pytest.mark.parametrize(
    ("entry", "context", "kind"),
    [
        ({"id": "m", "max_model_len": 32768}, 32768, "chat"),
        ({"id": "m", "type": "vlm", "max_context_length": 8192}, 8192, "chat"),
        ({"id": "m", "type": "embeddings", "max_context_length": 2048}, 2048, "embedding"),
        ({"id": "m", "meta": {"n_ctx_train": 131072, "n_ctx": 4096}}, 4096, "chat"),
        ({"id": "m", "meta": {"n_ctx_train": 131072}}, 131072, "chat"),
        ({"id": "m", "context_window": 131072}, 131072, "chat"),
        ({"id": "m", "context_length": "many"}, None, "chat"),
        ({"id": "m", "context_length": -1}, None, "chat"),
        ({"id": "m", "type": "rerank"}, None, "other"),
        ({"id": "m", "capabilities": {"completion_chat": False}}, None, "other"),
        ({"id": "m", "capabilities": {"completion_chat": True}}, None, "chat"),
        ({"id": "m", "capabilities": ["completion"]}, None, "chat"),
        ({"id": "m", "capabilities": {"embeddings": True}}, None, "embedding"),
        ({"id": "m", "architecture": {"output_modalities": ["image"]}}, None, "other"),
        ({"id": "nomic-embed-text"}, None, "embedding"),
        ({"id": "BAAI/bge-m3"}, None, "embedding"),
        ({"id": "intfloat/e5-small"}, None, "embedding"),
        ({"id": "bge-reranker-v2"}, None, "other"),
    ],
)
def test_context_and_kind_of_compatible_servers(
    entry: dict[str, Any], context: int | None, kind: str
) -> None:
    model = single(entry)

    assert model.context_window == context
    assert model.kind == kind


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2027-01-14", "2027-01-14"),
        ("2027-01-14T10:00:00Z", "2027-01-14"),
        (1_800_000_000, "2027-01-15"),
        ({"inference": 1_800_000_000}, "2027-01-15"),
        ("soon", None),
        (10**30, None),
        (None, None),
    ],
)
def test_retirement_is_read_from_any_date(value: Any, expected: str | None) -> None:
    assert single({"id": "m", "deprecation": value}).retires == expected


@pytest.mark.parametrize("price", ["-1", "free", None, "inf", "nan", {}])
def test_odd_prices_are_unknown(price: Any) -> None:
    assert single({"id": "m", "pricing": {"prompt": price}}).input_price is None


def test_prices_and_context_come_offline_for_known_models() -> None:
    (model,) = parse_models(openai_list("gpt-5.4-mini"), provider="openai", host=OPENAI)

    assert model.context_window == 400_000
    assert (model.input_price, model.output_price) == (0.75, 4.5)


def test_unknown_models_have_no_price() -> None:
    unknown = facts_of("gpt-99", host=OPENAI)

    assert unknown == facts_of("llama3", host="localhost")
    assert (unknown.context_window, unknown.input_price, unknown.output_price) == (None, None, None)


def test_the_cost_of_an_exchange() -> None:
    usage = Usage(input_tokens=1_000_000, cached_input_tokens=0, output_tokens=1_000_000)

    assert cost_of(usage, "claude-haiku-4-5", host="api.anthropic.com") == pytest.approx(6.0)
    assert cost_of(usage, "llama3", host="localhost") is None
    assert cost_of(Usage(), "claude-haiku-4-5", host="api.anthropic.com") is None
    contradiction = Usage(input_tokens=1, cached_input_tokens=9, output_tokens=1)
    assert cost_of(contradiction, "claude-haiku-4-5", host="api.anthropic.com") is None
