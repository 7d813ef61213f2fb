"""The child process with the real llama.cpp and the real model."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from desktop.core.errors import LocalModelError
from desktop.local import child
from desktop.local.model_file import DEMO_MODEL
from desktop.local.server import LocalConnection, LocalServer

HELLO = {
    "messages": [{"role": "user", "content": "Say hello"}],
    "max_tokens": 12,
    "stream": True,
    "temperature": 0,  # llama.cpp leaves message_start out when the first token is half an emoji
}


@pytest.fixture
def model_path(models_dir: Path) -> Path:
    return DEMO_MODEL.path_in(models_dir)


@pytest.fixture
def client(llama_server: LocalConnection) -> httpx2.Client:
    return httpx2.Client(
        base_url=llama_server.endpoint,
        # llama.cpp closes kept-alive connections after some streams without saying so.
        headers={"Authorization": f"Bearer {llama_server.api_key}", "Connection": "close"},
        timeout=60,
    )


def events(response: httpx2.Response) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in response.text.splitlines()]
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_it_streams_chat_completions(client: httpx2.Client) -> None:
    with client:
        response = client.post("/chat/completions", json=HELLO)

    choices = [event["choices"][0] for event in events(response)]
    assert response.headers["content-type"].startswith("text/event-stream")
    assert "".join(choice["delta"].get("content") or "" for choice in choices).strip()
    assert choices[-1]["finish_reason"] in {"stop", "length"}
    assert response.text.rstrip().endswith("data: [DONE]")


def test_it_streams_anthropics_messages(client: httpx2.Client) -> None:
    with client:
        response = client.post("/messages", json=HELLO)

    types = [event["type"] for event in events(response)]
    assert types[0] == "message_start"
    assert "content_block_delta" in types
    assert types[-1] == "message_stop"


def test_it_names_its_model_and_embeds(client: httpx2.Client) -> None:
    with client:
        models = client.get("/models").json()
        embedded = client.post("/embeddings", json={"input": ["a", "b"], "model": "x"}).json()

    assert [model["id"] for model in models["data"]] == [DEMO_MODEL.name]
    assert [len(row["embedding"]) for row in embedded["data"]] == [576, 576]


def test_it_refuses_whoever_has_no_key(llama_server: LocalConnection) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        response = httpx2.post(
            f"{llama_server.endpoint}/chat/completions", json=HELLO, headers=headers
        )
        assert response.status_code == 401


async def test_the_key_shows_nowhere_and_only_this_machine_is_served(model_path: Path) -> None:
    server = LocalServer(model_path)
    connection = await server.start()
    child = psutil.Process(server.pid)
    try:
        assert connection.api_key not in repr(connection)
        assert connection.api_key not in " ".join(child.cmdline())
        assert connection.api_key not in " ".join(child.environ().values())
        assert {c.laddr.ip for c in child.net_connections() if c.status == "LISTEN"} == {
            "127.0.0.1"
        }
    finally:
        await server.stop()


async def test_stop_ends_the_child_and_may_be_repeated(model_path: Path) -> None:
    server = LocalServer(model_path)
    connection = await server.start()
    child = psutil.Process(server.pid)

    await server.stop()
    await server.stop()

    assert not child.is_running()
    assert server.pid is None
    async with httpx2.AsyncClient() as client:
        with pytest.raises(httpx2.ConnectError):
            await client.get(f"{connection.endpoint}/models")


def test_the_child_ends_when_its_parent_is_killed(model_path: Path) -> None:
    code = (
        "import asyncio, sys; from pathlib import Path;"
        "from desktop.local.server import LocalServer\n"
        "async def main():\n"
        "    server = LocalServer(Path(sys.argv[1])); await server.start()\n"
        "    print(server.pid, flush=True); await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(model_path)], stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()

    assert psutil.wait_procs([child], timeout=30)[1] == []


async def test_a_broken_model_is_told_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(1000))
    server = LocalServer(path)

    with pytest.raises(LocalModelError, match=r"could not be started: .+ choose another") as caught:
        await server.start()

    assert "\n" not in str(caught.value)
    assert not server.running


async def test_a_child_that_never_gets_ready_is_ended(
    model_path: Path, new_children: Callable[[], list[psutil.Process]]
) -> None:
    server = LocalServer(model_path, command=("sleep", "60"), start_seconds=0.3)

    with pytest.raises(LocalModelError, match=r"not ready within 0 seconds\. Choose a smaller"):
        await server.start()

    assert new_children() == []


async def test_a_crash_is_told_with_its_signal(model_path: Path) -> None:
    server = LocalServer(model_path, command=("sh", "-c", "kill -ILL $$"))

    with pytest.raises(LocalModelError, match=f"ended by signal {signal.SIGILL.value}"):
        await server.start()


async def test_cancelling_the_start_ends_the_child(model_path: Path) -> None:
    server = LocalServer(model_path)
    task = asyncio.create_task(server.start())
    while server.pid is None:
        await asyncio.sleep(0.01)
    child = psutil.Process(server.pid)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not child.is_running()


@pytest.mark.qt_loop
async def test_it_answers_under_the_loop_of_the_app(model_path: Path) -> None:
    server = LocalServer(model_path, threads=1, context=512)
    connection = await server.start()
    headers = {"Authorization": f"Bearer {connection.api_key}"}

    async with httpx2.AsyncClient(headers=headers, timeout=60) as client:
        response = await client.post(f"{connection.endpoint}/chat/completions", json=HELLO)
    await server.stop()

    assert response.status_code == 200
    assert not server.running


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (3, None), (16, None), (None, 1)])
def test_a_small_machine_keeps_a_core_for_the_window(
    cores: int | None, threads: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)

    assert child.thread_count() == threads
