"""What a wire case is: bytes that a server sends, and what must be read out of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.core.content import FinishReason, ToolCall
from desktop.core.errors import ErrorKind
from desktop.llm.accumulator import Accumulator
from desktop.llm.answer_reader import AnswerReader
from desktop.llm.base import LLMResponse, LLMStreamChunk
from desktop.llm.chat_accumulator import ChatAccumulator
from desktop.llm.dialect import DialectName
from desktop.llm.error_texts import Service
from desktop.llm.errors import translated
from desktop.llm.exchange import FAILURES
from desktop.llm.messages_accumulator import MessagesAccumulator
from desktop.llm.responses_accumulator import ResponsesAccumulator

SERVICE = Service("http://127.0.0.1:1/v1", loopback=True)


@dataclass(frozen=True)
class Case:
    """One row of the conformance table, with its number there.

    `calls` are `(name, arguments, error)`; `usage` is `(input, output)` tokens; `words` must
    stand in the error's detail or in a warning. What is None is not compared.
    """

    number: int
    name: str
    body: bytes
    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    calls: Sequence[tuple[str, Mapping[str, Any], str | None]] = ()
    finish: FinishReason | None = FinishReason.STOP
    raw_finish: str | None = "stop"
    usage: tuple[int | None, int | None] | None = None
    error: ErrorKind | None = None
    words: str = ""
    dialect: DialectName = "chat"
    content_type: str = "text/event-stream"
    headers: Mapping[str, str] = field(default_factory=dict)
    think_tags: bool = False

    def __str__(self) -> str:
        return f"{self.number:03} {self.dialect}: {self.name}"


def new_answer(case: Case) -> Accumulator:
    if case.dialect == "chat":
        return ChatAccumulator(think_tags=case.think_tags)
    return ResponsesAccumulator() if case.dialect == "responses" else MessagesAccumulator()


def read_pieces(answer: Accumulator, pieces: Iterable[bytes]) -> list[LLMStreamChunk]:
    """Read a body cut into `pieces` without a network, to the one chunk that ends it."""
    reader = AnswerReader(answer)
    shown: list[LLMStreamChunk] = []
    try:
        for piece in pieces:
            reader.feed(piece, shown)
            if answer.ended:
                break
        reader.close(shown)
        response = answer.response(request_id=None, warnings=())
    except FAILURES as error:
        partial = str(answer.text)
        ending = LLMStreamChunk("error", error=translated(error, SERVICE, partial=partial))
        return [*shown, ending]
    calls = [LLMStreamChunk("tool_call", tool_call=call) for call in response.tool_calls]
    return [*shown, *calls, LLMStreamChunk("done", response=response)]


def check_contract(chunks: Sequence[LLMStreamChunk]) -> None:
    """Check the order of chunks that every stream keeps, and that nothing is lost."""
    kinds = [chunk.type for chunk in chunks]
    assert kinds[-1] in {"done", "error"}
    assert not {"done", "error"} & set(kinds[:-1])
    calls = kinds.count("tool_call")
    assert "tool_call" not in kinds[: len(kinds) - 1 - calls]
    shown = said(chunks, "delta")
    if chunks[-1].error is not None:
        assert calls == 0
        assert chunks[-1].error.partial == shown
        assert chunks[-1].error.message.endswith(".")
        assert chunks[-1].error.cure.endswith(".")
    else:
        response = response_of(chunks)
        assert (response.content, response.reasoning) == (shown, said(chunks, "reasoning"))
        assert response.tool_calls == tuple(c.tool_call for c in chunks if c.tool_call)


def check_case(case: Case, chunks: Sequence[LLMStreamChunk]) -> None:
    """Check that `chunks` are what `case` requires."""
    check_contract(chunks)
    assert said(chunks, "delta") == case.text
    assert said(chunks, "reasoning") == case.reasoning
    error = chunks[-1].error
    if case.error is not None:
        assert error is not None, chunks[-1]
        assert (error.kind, case.words in error.detail) == (case.error, True), error.detail
        return
    assert error is None, (error, error.detail)
    check_response(case, response_of(chunks))


def check_response(case: Case, response: LLMResponse) -> None:
    assert [_plain(call) for call in response.tool_calls] == list(case.calls)
    assert len({call.id for call in response.tool_calls}) == len(case.calls)
    assert all(call.id for call in response.tool_calls)
    assert response.finish_reason is case.finish
    assert response.raw_finish_reason == case.raw_finish
    assert response.refusal == case.refusal
    assert case.words in " ".join(response.warnings)
    if case.usage is not None:
        assert response.usage is not None
        assert (response.usage.input_tokens, response.usage.output_tokens) == case.usage


def said(chunks: Sequence[LLMStreamChunk], kind: str) -> str:
    return "".join(chunk.content for chunk in chunks if chunk.type == kind)


def response_of(chunks: Sequence[LLMStreamChunk]) -> LLMResponse:
    response = chunks[-1].response
    assert response is not None
    return response


def _plain(call: ToolCall) -> tuple[str, Mapping[str, Any], str | None]:
    return call.name, dict(call.arguments), call.error
