"""A text that grows and is finished: line breaks, long answers, definitions, code in pieces."""

import pytest

from desktop.ui.transcript.flow import REPARSE_LIMIT, Flow
from desktop.ui.transcript.markdown import Markdown
from desktop.ui.transcript.model import CodeBlock, TextBlock


def grown(text: str, step: int) -> Flow:
    flow = Flow(Markdown())
    for start in range(0, len(text), step):
        flow.append(text[start : start + step])
        flow.flush()
    return flow


@pytest.mark.parametrize("step", [1, 2, 3])
def test_line_breaks_of_all_systems_are_one(step: int):
    flow = grown("one\r\n\r\ntwo\rthree\n\nfour\r", step)
    flow.finish("one\r\n\r\ntwo\rthree\n\nfour\r")

    sources = [spec.block.source for spec in flow.specs if isinstance(spec.block, TextBlock)]
    assert sources == ["one", "two\nthree", "four"]


def test_settled_blocks_stay_the_same_objects():
    flow = grown("one\n\ntwo\n\nthree", 4)
    settled = flow.specs[: flow.settled]

    flow.append(" more\n\nfour\n\nfive")
    flow.flush()

    assert flow.specs[: len(settled)] == settled
    assert [a is b for a, b in zip(flow.specs, settled, strict=False)] == [True] * len(settled)


@pytest.mark.parametrize("filler", ["", "words\n\n" * (REPARSE_LIMIT // 7 + 1)])
def test_a_definition_that_comes_last_makes_links_above(filler: str):
    text = f"See [docs].\n\n{filler}[docs]: https://example.com"
    flow = grown(text, 1_000)
    flow.finish(text)

    first = flow.specs[0].block
    assert isinstance(first, TextBlock)
    assert "DOCS" in first.references


def test_pieces_of_long_code_are_coloured_as_one_once_it_is_complete():
    code = '"""A string\n' + "that goes on\n" * 2_000 + '"""\n'
    text = f"```python\n{code}```"
    flow = grown(text, 997)
    flow.finish(text)

    pieces = [spec.block for spec in flow.specs if isinstance(spec.block, CodeBlock)]
    assert len(pieces) > 10
    assert {piece.whole for piece in pieces} == {code}
    assert "".join(piece.text for piece in pieces) == code
