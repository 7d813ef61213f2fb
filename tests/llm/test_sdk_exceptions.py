"""Every exception class of both SDKs becomes one of our errors, in plain words."""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.error_texts import Service
from desktop.llm.errors import translated

SERVICE = Service("https://api.example/v1", secrets=("secret-key-0123456789",))
REQUEST = httpx2.Request("POST", "https://api.example/v1/x")
BY_NAME = {
    "AuthenticationError": ErrorKind.AUTH,
    "OAuthError": ErrorKind.AUTH,
    "PermissionDeniedError": ErrorKind.PERMISSION,
    "NotFoundError": ErrorKind.ENDPOINT_NOT_FOUND,
    "RateLimitError": ErrorKind.RATE_LIMIT,
    "BadRequestError": ErrorKind.BAD_REQUEST,
    "UnprocessableEntityError": ErrorKind.BAD_REQUEST,
    "ConflictError": ErrorKind.BAD_REQUEST,
    "PaymentRequiredError": ErrorKind.QUOTA,
    "ContentTooLargeError": ErrorKind.REQUEST_TOO_LARGE,
    "ServiceUnavailableError": ErrorKind.OVERLOADED,
    "OverloadedError": ErrorKind.OVERLOADED,
    "GatewayTimeoutError": ErrorKind.TIMEOUT,
    "RequestTimeoutError": ErrorKind.TIMEOUT,
    "InternalServerError": ErrorKind.SERVER,
    "APITimeoutError": ErrorKind.TIMEOUT,
    "APIConnectionError": ErrorKind.NETWORK,
}


def exceptions_of(package: ModuleType) -> list[type[Exception]]:
    """Return every exception class that the package's public modules define."""
    found: dict[str, type[Exception]] = {}
    for module in [package, *_submodules(package)]:
        for value in list(vars(module).values()):
            if (
                inspect.isclass(value)
                and issubclass(value, Exception)
                and value.__module__.startswith(package.__name__)
            ):
                found[f"{value.__module__}.{value.__qualname__}"] = value
    return list(found.values())


def _submodules(package: ModuleType) -> Iterator[ModuleType]:
    yield import_module(f"{package.__name__}._exceptions")
    yield import_module(f"{package.__name__}._response")
    for name in ("lib", "types"):
        folder = import_module(f"{package.__name__}.{name}")
        for info in pkgutil.walk_packages(folder.__path__, folder.__name__ + "."):
            if "error" in info.name:
                yield import_module(info.name)


def instances(kind: type[Exception]) -> Iterator[Exception]:
    """Yield the exception as the SDK makes it, for each status it stands for."""
    module: Any = openai if kind.__module__.startswith("openai") else anthropic
    if issubclass(kind, module.APIStatusError):
        status = getattr(kind, "status_code", None)
        yield _status_error(kind, status if isinstance(status, int) else 500)
    elif issubclass(kind, module.APIConnectionError):
        error = kind(request=REQUEST)  # pyright: ignore[reportCallIssue]
        late = issubclass(kind, module.APITimeoutError)
        error.__cause__ = httpx2.ReadTimeout("late") if late else httpx2.ConnectError("no route")
        yield error
    else:
        yield _plain_error(kind)


def _plain_error(kind: type[Exception]) -> Exception:
    try:
        return kind("went wrong")
    except TypeError:  # it wants what only the SDK can give
        error = kind.__new__(kind)
        Exception.__init__(error, "went wrong")
        return error


def _status_error(kind: type[Exception], status: int) -> Exception:
    body = {"error": {"message": "words with secret-key-0123456789"}}
    response = httpx2.Response(status, json=body, request=REQUEST, headers={"x-request-id": "r1"})
    if "message" in inspect.signature(kind).parameters:
        return kind("message", response=response, body=body)  # pyright: ignore[reportCallIssue]
    return kind(response=response, body=body)  # pyright: ignore[reportCallIssue]


@pytest.mark.parametrize("package", [openai, anthropic])
def test_every_exception_is_mapped(package: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    count = 0
    for kind in exceptions_of(package):
        for error in instances(kind):
            told = translated(error, SERVICE, partial="so far")
            count += 1
            assert isinstance(told, LLMError), kind
            assert told.message.endswith("."), kind
            assert told.cure.endswith("."), kind
            assert "secret-key" not in f"{told} {told.detail}", kind
            if kind.__name__ in BY_NAME:
                assert told.kind is BY_NAME[kind.__name__], kind
    with capsys.disabled():
        print(f"\nexceptions of {package.__name__} mapped: {count}")

    assert count >= 20


@pytest.mark.parametrize("kind", list(ErrorKind))
def test_every_kind_has_its_words(kind: ErrorKind) -> None:
    from desktop.llm.error_texts import sentences

    for service in (SERVICE, Service("http://127.0.0.1:9/v1", loopback=True)):
        message, cure = sentences(kind, service, retry_after=90)

        assert message.endswith(".")
        assert cure.endswith(".")
        assert "{" not in message + cure
