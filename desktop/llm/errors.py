"""Whatever goes wrong with a provider → one `LLMError` with plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.accumulator import MalformedAnswer, ProviderFailure
from desktop.llm.answer_reader import BodyTooLarge, CutShort, NotAnAnswer
from desktop.llm.error_kinds import classify, is_retryable
from desktop.llm.error_payloads import ErrorPayload, read_body, read_payload
from desktop.llm.error_texts import Service, sentences
from desktop.llm.network_errors import causes, certificate_problem, network_kind
from desktop.llm.retry_after import seconds_to_wait
from desktop.llm.sse import EventTooLarge
from desktop.llm.text_buffer import AnswerTooLarge

_REQUEST_IDS = ("x-request-id", "request-id", "x-amzn-requestid", "cf-ray")
_MAX_DETAIL = 800
_TOO_LARGE = (EventTooLarge, AnswerTooLarge, BodyTooLarge)
_PAGE = (
    "{name} answered with a web page instead of an answer.",
    "Check the endpoint in Settings; a login page or a proxy may stand in between.",
)


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """An HTTP response that reports an error."""

    status: int
    headers: Mapping[str, str]
    body: str


def translated(error: BaseException, service: Service, *, partial: str = "") -> LLMError:
    """Return `error` as an `LLMError` in plain words, keys redacted.

    `partial` is the text that had arrived. Both SDKs' exceptions are told by what they
    carry, so neither has to be imported here.
    """
    known = next((e for e in causes(error) if isinstance(e, LLMError)), None)
    if known is not None:
        known.partial = known.partial or partial
        return known
    if isinstance(error, ProviderFailure):
        return from_payload(error.payload, service, partial=partial)
    response = _response_of(error)
    if response is not None:
        return from_response(response, service)
    return _without_response(error, service, partial)


def from_payload(payload: Any, service: Service, *, partial: str = "") -> LLMError:
    """Return the error that a decoded `payload` reports, within a stream or with status 200."""
    found = read_payload(payload)
    return _made(classify(None, found), service, found, status=found.status, partial=partial)


def from_response(response: ErrorResponse, service: Service) -> LLMError:
    """Return the error that an HTTP response reports."""
    found = read_body(response.body)
    kind = classify(response.status, found)
    headers = {name.lower(): value for name, value in response.headers.items()}
    error = _made(
        kind,
        service,
        found,
        status=response.status,
        retry_after=seconds_to_wait(headers),
        request_id=next((headers[name] for name in _REQUEST_IDS if name in headers), None),
    )
    if headers.get("x-should-retry") == "false":
        error.retryable = False
    return error


def _response_of(error: BaseException) -> ErrorResponse | None:
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if response is None or not isinstance(status, int):
        return None
    try:
        body = response.content.decode("utf-8", "replace")
    except RuntimeError:  # the body was never read
        body = ""
    return ErrorResponse(status, dict(response.headers), body)


def _without_response(error: BaseException, service: Service, partial: str) -> LLMError:
    if isinstance(error, NotAnAnswer):
        return _no_answer(error, service, partial)
    if isinstance(error, CutShort):
        return _made(ErrorKind.INCOMPLETE, service, partial=partial)
    if isinstance(error, _TOO_LARGE):
        detail = ErrorPayload("It sent more than any answer can be.")
        return _made(ErrorKind.BAD_RESPONSE, service, detail, partial=partial)
    if isinstance(error, MalformedAnswer):
        return _made(ErrorKind.BAD_RESPONSE, service, ErrorPayload(str(error)), partial=partial)
    kind = network_kind(error) or ErrorKind.UNKNOWN
    words = certificate_problem(error) if kind is ErrorKind.TLS else _innermost(error)
    return _made(kind, service, ErrorPayload(words or ""), partial=partial)


def _no_answer(error: NotAnAnswer, service: Service, partial: str) -> LLMError:
    found = read_body(error.beginning) if error.beginning else ErrorPayload(str(error))
    made = _made(ErrorKind.BAD_RESPONSE, service, found, partial=partial)
    if error.page:
        message, made.cure = _PAGE
        made.message = message.format(name=service.name)
        made.args = (made.message,)
    return made


def _made(
    kind: ErrorKind,
    service: Service,
    found: ErrorPayload | None = None,
    *,
    status: int | None = None,
    retry_after: float | None = None,
    request_id: str | None = None,
    partial: str = "",
) -> LLMError:
    found = found or ErrorPayload()
    message, cure = sentences(kind, service, retry_after=retry_after)
    detail, named = found.message, request_id or found.request_id
    if found.param and found.param not in detail:
        detail = f"{detail} ({found.param})".strip()
    return LLMError(
        message,
        kind=kind,
        cure=cure,
        detail=service.redacted(detail)[:_MAX_DETAIL],
        retryable=is_retryable(kind),
        retry_after=retry_after,
        status=status,
        code=service.redacted(found.code) if found.code else None,
        param=service.redacted(found.param) if found.param else None,
        request_id=service.redacted(named) if named else None,
        partial=partial,
    )


def _innermost(error: BaseException) -> str:
    """Return the words of the deepest cause: the operating system's, else the library's."""
    told = [cause for cause in causes(error) if str(cause)]
    system = [cause for cause in told if isinstance(cause, OSError)]
    words = [f"{type(cause).__name__}: {cause}" for cause in system or told]
    return words[-1] if words else type(error).__name__
