"""Whatever users paste and servers send: a value or a plain error, nothing else."""

import logging
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desktop.core.connection import origin
from desktop.core.errors import InvalidSetting, LLMError
from desktop.llm import OpenAIEmbeddings
from desktop.llm.endpoints import base_url, is_loopback, key_origin, warning_for
from desktop.llm.healing import Dialect, find_fix
from desktop.llm.keys import clean_key
from desktop.llm.models import parse_models
from desktop.llm.network import NetworkOptions
from desktop.llm.proxies import proxy_for
from desktop.llm.vectors import BadVectors, read_vectors
from tests.llm.scripted_server import ScriptedServer, reply

PROVIDERS = st.sampled_from(["openai", "anthropic", "openai_compatible"])
PIECES = st.sampled_from(
    [
        "http://",
        "https://",
        "localhost",
        "api.openai.com",
        "/v1",
        "/",
        ":",
        "@",
        "?",
        "#",
        "[",
        "::1",
    ]
)
ADDRESSES = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=3))).map("".join))
FIELDS = [
    "data",
    "models",
    "id",
    "name",
    "created",
    "pricing",
    "prompt",
    "capabilities",
    "meta",
    "n_ctx",
    "type",
    "shutdown_date",
    "embedding",
    "index",
    "lifecycle",
]
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(FIELDS),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@given(PROVIDERS, ADDRESSES)
@example("openai_compatible", "http://[::1")
@example("openai_compatible", "http://٣.example")
@example("openai_compatible", "http://localhost:٣")
@example("anthropic", "https://[fe80::1%eth0]:1/v1/v1/models/messages")
@example("openai_compatible", "localhost/v1/v1/models/models/")
def test_any_pasted_address_is_a_stable_base_url_or_refused(provider: str, pasted: str) -> None:
    try:
        url = base_url(provider, pasted)
    except InvalidSetting:
        return

    assert base_url(provider, url) == url
    assert key_origin(provider, pasted) == origin(url)
    assert isinstance(is_loopback(url), bool)
    assert warning_for(url) is None or url.startswith("http://")


@settings(max_examples=300)
@given(st.sampled_from(["manual", "system"]), ADDRESSES, st.lists(ADDRESSES, max_size=3))
@example("manual", "proxy.corp:3128", ["example.com:²", "[::1", "10.0.0.0/99", "%", ":", "::"])
def test_any_proxy_is_taken_or_refused(mode: Any, pasted: str, excepted: list[str]) -> None:
    network = NetworkOptions(proxy=mode, proxy_url=pasted, no_proxy=tuple(excepted))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ALL_PROXY", pasted.replace("\0", "").encode(errors="ignore").decode())
        for url in ("https://example.com/v1", "http://[fd00::1]:8000/v1"):
            with suppress(InvalidSetting):
                proxy_for(url, network)


@given(st.text())
def test_any_pasted_key_can_be_sent_or_is_refused(pasted: str) -> None:
    try:
        key = clean_key(pasted)
    except InvalidSetting:
        return

    assert all("!" <= letter <= "~" for letter in key)
    assert clean_key(key) == key


@settings(max_examples=200)
@given(PROVIDERS, JSON)
def test_any_list_of_models_is_read(provider: str, payload: Any) -> None:
    models = parse_models(payload, provider=provider, host="localhost")

    assert all(model.id and model.display_name for model in models)
    assert len({model.id for model in models}) == len(models)


@given(JSON, st.integers(1, 3))
def test_any_vectors_are_whole_or_refused(payload: Any, count: int) -> None:
    try:
        vectors = read_vectors(payload, count=count)
    except BadVectors:
        return

    assert vectors.shape[0] == count


def test_an_index_of_null_is_none() -> None:
    entries = [{"embedding": [1.0], "index": None}, {"embedding": [2.0], "index": None}]

    assert read_vectors({"data": entries}, count=2).tolist() == [[1.0], [2.0]]


@given(st.sampled_from(["chat", "responses", "messages"]), st.text())
def test_a_fix_changes_something(dialect: Dialect, noise: str) -> None:
    for name in ("temperature", "max_tokens", "tool_choice", "thinking"):
        body: dict[str, Any] = {
            "temperature": 1.0,
            "max_tokens": 10_000,
            "tool_choice": "required",
            "thinking": {"type": "adaptive"},
        }
        fix = find_fix(dialect, body, f"{noise} '{name}' {noise}")
        if fix is not None:
            before = dict(body)
            fix.mend(body)
            assert body != before


async def test_k12_neither_key_nor_text_is_logged(
    scripted_server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    key, text = "key-of-no-known-shape", "a private thought"
    caplog.set_level(logging.DEBUG)
    said = {"error": {"message": f"bad key {key} for {text}"}}
    scripted_server.on("/v1/embeddings", reply(said, 401))
    client = OpenAIEmbeddings(key, "m", scripted_server.url)

    with pytest.raises(LLMError) as caught:
        await client.embed([text])
    await client.aclose()

    assert key not in caplog.text + str(caught.value) + caught.value.detail
    assert text not in caplog.text
