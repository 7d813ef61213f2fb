"""Tell what an error is from its names, its status and its words, in this order."""

import re

from desktop.core.errors import ErrorKind
from desktop.llm.error_payloads import ErrorPayload

_WORDS = {
    ErrorKind.QUOTA: (
        "insufficient_quota credit_balance_exhausted organization_spend_limit_exceeded "
        "project_spend_limit_exceeded organization_usage_limit_exceeded billing_not_active "
        "billing_error billing_hard_limit_reached enforced_spend_limit_reached "
        "contract_spend_limit_reached insufficient_balance payment_required exceeded_quota"
    ),
    ErrorKind.AUTH: (
        "invalid_api_key authentication_error invalid_authentication unauthenticated "
        "unauthorized account_deactivated"
    ),
    ErrorKind.CONTEXT_TOO_LONG: (
        "context_length_exceeded exceed_context_size_error model_context_window_exceeded "
        "context_window_exceeded string_above_max_length"
    ),
    ErrorKind.MODEL_NOT_FOUND: "model_not_found model_not_available model_deprecated",
    ErrorKind.CONTENT_FILTER: (
        "content_filter content_policy_violation moderation_blocked content_filtered"
    ),
    ErrorKind.OVERLOADED: (
        "overloaded_error slow_down server_is_overloaded engine_overloaded unavailable "
        "service_unavailable unavailable_error"
    ),
    ErrorKind.RATE_LIMIT: (
        "rate_limit_error rate_limit_exceeded rate_limited resource_exhausted "
        "too_many_requests requests tokens"
    ),
    ErrorKind.UNSUPPORTED_PARAMETER: "unsupported_parameter unsupported_value",
    ErrorKind.REQUEST_TOO_LARGE: "request_too_large",
    ErrorKind.PERMISSION: "permission_error permission_denied",
    ErrorKind.TIMEOUT: "timeout_error",
    ErrorKind.SERVER: "server_error api_error internal_server_error internal_error",
    ErrorKind.BAD_REQUEST: (
        "invalid_request_error invalid_value invalid_prompt bad_request invalid_argument "
        "tool_use_failed"
    ),
}
_BY_WORD = {word: kind for kind, words in _WORDS.items() for word in words.split()}

_REDIRECTS, _REFUSALS = range(300, 400), range(400, 500)
_BY_STATUS = {
    401: ErrorKind.AUTH,
    402: ErrorKind.QUOTA,
    403: ErrorKind.PERMISSION,
    404: ErrorKind.ENDPOINT_NOT_FOUND,
    405: ErrorKind.ENDPOINT_NOT_FOUND,
    407: ErrorKind.PROXY,
    408: ErrorKind.TIMEOUT,
    410: ErrorKind.ENDPOINT_NOT_FOUND,
    413: ErrorKind.REQUEST_TOO_LARGE,
    429: ErrorKind.RATE_LIMIT,
    451: ErrorKind.PERMISSION,
    501: ErrorKind.UNSUPPORTED,
    503: ErrorKind.OVERLOADED,
    504: ErrorKind.TIMEOUT,
    524: ErrorKind.TIMEOUT,
    529: ErrorKind.OVERLOADED,
}

_QUOTA = re.compile(
    r"credit balance is too low|exceeded your current quota|insufficient (?:balance|credit|funds)"
    r"|specified API usage limits|spend(?:ing)? limit|out of credits|billing (?:details|issue)",
    re.IGNORECASE,
)
_CONTEXT = re.compile(
    r"(?:maximum|max|available|exceeds? the|model'?s?) context (?:length|size|window)"
    r"|context (?:length|size|window) (?:is )?(?:exceeded|too)|exceeds? the context"
    r"|(?:greater|longer|larger) than the context|context (?:length|size|window) of only"
    r"|.inputs. tokens \+ .max_new_tokens. must be|prompt exceeds (?:the )?max(?:imum)? length"
    r"|prompt is too long|input is too long|too many (?:input )?tokens"
    r"|exceeds? the (?:maximum|max)(?: number of)?(?: allowed)?(?: input)? tokens"
    r"|reduce the length of the (?:messages|prompt)|input length and .max_tokens. exceed",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"model.{0,80}(?:not found|does ?n[o']t exist|not exist|is not available|unknown|not supported)"
    r"|(?:no such|unknown|invalid) model|try pulling it|not a valid model|^model: ",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"(?:incorrect|invalid|missing|no) api[ _-]?key|api[ _-]?key (?:not valid|is invalid|expired)",
    re.IGNORECASE,
)
_PARAMETER = re.compile(
    r"unsupported (?:parameter|value)|unrecognized request argument|extra inputs are not permitted"
    r"|unknown (?:parameter|field|name)|is not supported (?:with|by|for) this model"
    r"|(?:does not|doesn't) support (?:the )?(?:parameter|[`']?\w+[`']? parameter)"
    r"|is deprecated for this model|unexpected keyword",
    re.IGNORECASE,
)
_FIRST = (ErrorKind.QUOTA, ErrorKind.AUTH, ErrorKind.CONTEXT_TOO_LONG, ErrorKind.MODEL_NOT_FOUND)
_RETRYABLE = {
    ErrorKind.RATE_LIMIT,
    ErrorKind.OVERLOADED,
    ErrorKind.SERVER,
    ErrorKind.NETWORK,
    ErrorKind.REFUSED,
    ErrorKind.DNS,
    ErrorKind.TIMEOUT,
    ErrorKind.INCOMPLETE,
}


def is_retryable(kind: ErrorKind) -> bool:
    """Tell whether the same request may succeed a moment later."""
    return kind in _RETRYABLE


def classify(status: int | None, error: ErrorPayload) -> ErrorKind:
    """Return the kind of an error; `status` is None or 200 within a stream."""
    status = error.status if status in {None, 200} else status
    named = {_BY_WORD[word] for word in error.words if word in _BY_WORD}
    for kind in _FIRST:
        if kind in named:
            return kind
    said = _said(status, error.message)
    if said is not None:
        return said
    plain = error.message.strip(" .").lower() == "not found"
    if "not_found_error" in error.words and status in {None, 404} and not plain:
        return ErrorKind.MODEL_NOT_FOUND
    return _general(status, named)


def _said(status: int | None, message: str) -> ErrorKind | None:
    """Return what the message tells more exactly than a status can."""
    if status in {400, 401, 403, None} and _KEY.search(message):
        return ErrorKind.AUTH
    if status in {400, 402, 403, 429, None} and _QUOTA.search(message):
        return ErrorKind.QUOTA
    if status in {400, 413, 422, 500, None} and _CONTEXT.search(message):
        return ErrorKind.CONTEXT_TOO_LONG
    if status in {400, 422, None} and _PARAMETER.search(message):
        return ErrorKind.UNSUPPORTED_PARAMETER
    if status in {400, 404, 410, None} and _MODEL.search(message):
        return ErrorKind.MODEL_NOT_FOUND
    return None


def _general(status: int | None, named: set[ErrorKind]) -> ErrorKind:
    if status in _BY_STATUS and not (status in {403, 404} and named & {ErrorKind.CONTENT_FILTER}):
        return _BY_STATUS[status]
    specific = [kind for kind in _WORDS if kind in named]
    if specific:
        return specific[0]
    if status is None:
        return ErrorKind.SERVER
    if status in _REDIRECTS:
        return ErrorKind.ENDPOINT_REDIRECT
    return ErrorKind.BAD_REQUEST if status in _REFUSALS else ErrorKind.SERVER
