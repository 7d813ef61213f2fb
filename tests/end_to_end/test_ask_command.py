"""`parley ask`: an answer on standard output, or one plain sentence on standard error."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.local.server import LocalConnection
from tests.llm.scripted_server import ScriptedServer, reply


def parley(
    home: Path,
    *arguments: str,
    key: str | None = None,
    text: str | bytes = "",
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PARLEY_HOME": str(home), **variables}
    if key is not None:
        environment["PARLEY_API_KEY"] = key
    result = subprocess.run(
        [sys.executable, "-m", "desktop", *arguments],
        env=environment,
        input=text if isinstance(text, bytes) else text.encode(),
        capture_output=True,
        timeout=100,
        check=False,
    )
    output, errors = result.stdout.decode(), result.stderr.decode()
    return subprocess.CompletedProcess(result.args, result.returncode, output, errors)


def to_server(server: LocalConnection, *, endpoint: str | None = None) -> list[str]:
    return [
        "--provider",
        "openai_compatible",
        "--endpoint",
        endpoint or server.endpoint,
        "--model",
        server.model,
        "--max-tokens",
        "40",
    ]


def assert_one_plain_sentence(result: subprocess.CompletedProcess[str]) -> None:
    assert result.returncode == 1
    assert result.stdout.strip() == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stderr.startswith("parley: ")
    assert "Traceback" not in result.stderr


def test_an_answer_from_a_real_server(own_home: Path, llama_server: LocalConnection) -> None:
    result = parley(
        own_home,
        "ask",
        *to_server(llama_server),
        "Reply with one word: hello",
        key=llama_server.api_key,
    )

    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() != ""


def test_a_question_from_standard_input(own_home: Path, llama_server: LocalConnection) -> None:
    result = parley(
        own_home,
        "ask",
        *to_server(llama_server),
        "--system",
        "Answer in one word.",
        "-",
        key=llama_server.api_key,
        text="Say hello",
    )

    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() != ""


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_question_that_is_no_text_is_asked_as_well_as_can_be(
    own_home: Path, llama_server: LocalConnection, encoding: str
) -> None:
    result = parley(
        own_home,
        "ask",
        *to_server(llama_server),
        key=llama_server.api_key,
        text=b"Say \xff\xfe hello \xf0\x9f",
        PYTHONIOENCODING=encoding,
    )

    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() != ""


async def ask_scripted(home: Path, *more: bytes, to: int, encoding: str) -> tuple[int, bytes, str]:
    """Ask a server that answers "Grüße"; `to` is where standard output goes."""
    server = ScriptedServer()
    answer = {"choices": [{"index": 0, "delta": {"content": "Grüße"}, "finish_reason": "stop"}]}
    events = f"data: {json.dumps(answer)}\n\ndata: [DONE]\n\n"
    server.on("/v1/chat/completions", reply(events, content_type="text/event-stream"))
    async with server.listening() as port:
        endpoint = f"http://127.0.0.1:{port}/v1".encode()
        connection = (b"--provider", b"openai_compatible", b"--endpoint", endpoint)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "desktop", "ask", *connection, "--model", "m", *more),
            stdin=subprocess.DEVNULL,
            stdout=to,
            stderr=subprocess.PIPE,
            env={**os.environ, "PARLEY_HOME": str(home), "PYTHONIOENCODING": encoding},
        )
        output, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, output, errors.decode()


async def test_letters_that_the_terminal_lacks_are_replaced(own_home: Path) -> None:
    arguments = (b"--system", b"Be \xff brief", b"Say \xff hello")
    code, output, errors = await ask_scripted(
        own_home, *arguments, to=subprocess.PIPE, encoding="ascii"
    )

    assert (code, output.strip(), errors) == (0, b"Gr??e", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
async def test_an_answer_that_can_not_be_written(own_home: Path) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        code, _, errors = await ask_scripted(own_home, b"Hello", to=full, encoding="utf-8")
    finally:
        os.close(full)

    assert code == 1
    assert len(errors.strip().splitlines()) == 1
    assert errors.startswith("parley: The answer can't be written")


async def test_a_reader_that_has_gone_is_told_nothing(own_home: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        code, _, errors = await ask_scripted(own_home, b"Hello", to=write, encoding="utf-8")
    finally:
        os.close(write)

    assert (code, errors) == (1, "")


@pytest.mark.parametrize("text", ["", " \n"])
def test_no_question(own_home: Path, llama_server: LocalConnection, text: str) -> None:
    assert_one_plain_sentence(parley(own_home, "ask", *to_server(llama_server), text=text))


def test_a_provider_without_a_model_says_what_to_add(own_home: Path) -> None:
    result = parley(own_home, "ask", "--provider", "openai", "Say hello", key="sk-abc")

    assert_one_plain_sentence(result)
    assert "--model" in result.stderr
    assert "Settings" not in result.stderr


def test_a_wrong_endpoint(own_home: Path, llama_server: LocalConnection) -> None:
    arguments = to_server(llama_server, endpoint="http://127.0.0.1:9/v1")

    assert_one_plain_sentence(parley(own_home, "ask", *arguments, "Say hello"))


def test_an_endpoint_that_is_no_url(own_home: Path, llama_server: LocalConnection) -> None:
    arguments = to_server(llama_server, endpoint="ht tp:/nowhere")

    assert_one_plain_sentence(parley(own_home, "ask", *arguments, "Say hello"))


def test_a_wrong_key(own_home: Path, llama_server: LocalConnection) -> None:
    result = parley(own_home, "ask", *to_server(llama_server), "Say hello", key="sk-wrong-key")

    assert_one_plain_sentence(result)
    assert "sk-wrong-key" not in result.stderr


def test_no_configuration(own_home: Path) -> None:
    result = parley(own_home, "ask", "Say hello")

    assert_one_plain_sentence(result)
    assert not own_home.exists(), "a question without a configuration leaves nothing behind"


@pytest.mark.parametrize("key", ["with space in it", "zwei\nZeilen", "ключ-ключ"])
def test_a_key_that_can_not_be_one(own_home: Path, llama_server: LocalConnection, key: str) -> None:
    result = parley(own_home, "ask", *to_server(llama_server), "Say hello", key=key)

    assert_one_plain_sentence(result)
    assert key not in result.stderr


def test_self_check_passes(own_home: Path) -> None:
    result = parley(own_home, "--self-check")

    assert result.returncode == 0, result.stdout + result.stderr
    assert len(result.stdout.strip().splitlines()) == 12
    assert "FAILED" not in result.stdout


def test_self_check_without_the_libraries_of_qt(own_home: Path) -> None:
    command = (
        "import sys; from desktop.cli import main;"
        "sys.modules['PySide6.QtWidgets'] = None;"
        "sys.exit(main(['--self-check']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, timeout=60, check=False
    )

    assert result.returncode == 1
    assert result.stderr == ""
    assert len(result.stdout.strip().splitlines()) == 1
    assert "PySide6.QtWidgets" in result.stdout


def test_no_screen_is_said_in_one_sentence(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)

    result = parley(own_home)

    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert "screen" in result.stderr
