"""Markdown to blocks: what is found, and that no word is ever lost."""

import re
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.ui.transcript.inline import Span
from desktop.ui.transcript.markdown import RICH_LIMIT, Markdown
from desktop.ui.transcript.model import (
    Block,
    CodeBlock,
    ListItem,
    Quote,
    RuleBlock,
    TableBlock,
    TextBlock,
)
from desktop.ui.transcript.splitter import Splitter


@pytest.fixture
def markdown() -> Markdown:
    return Markdown()


def words_of(block: Block) -> str:
    match block:
        case TextBlock():
            return block.source
        case CodeBlock():
            return block.info + "\n" + block.text if block.opens else block.text
        case TableBlock():
            return "\n".join("\t".join(row) for row in block.rows)
        case _:
            return ""


def shown(blocks: list[Block]) -> str:
    return "\n".join(map(words_of, blocks))


def test_blocks_carry_their_containers(markdown: Markdown):
    blocks = markdown.blocks("> 3. a\n>\n>    b\n\n- [x] c\n- [ ] d\n\n---\n")

    assert [words_of(block) for block in blocks] == ["a", "b", "c", "d", ""]
    first, second, third, fourth, rule = blocks
    assert [type(each) for each in first.containers] == [Quote, ListItem]
    assert first.containers[1] == ListItem(0, 1, "3.")
    assert second.containers[1] == ListItem(0, 1)
    assert isinstance(third.containers[0], ListItem)
    assert third.containers[0].task is True
    assert isinstance(fourth.containers[0], ListItem)
    assert fourth.containers[0].task is False
    assert isinstance(rule, RuleBlock)


def test_an_empty_item_keeps_its_marker(markdown: Markdown):
    blocks = markdown.blocks("1. a\n2.\n3. c")

    assert [block.containers[0] for block in blocks] == [
        ListItem(0, 1, "1."),
        ListItem(1, 1, "2."),
        ListItem(2, 1, "3."),
    ]


def test_long_code_is_cut_into_pieces_that_join(markdown: Markdown):
    code = "".join(f"line {i}\n" for i in range(100))
    pieces = [
        block for block in markdown.blocks(f"```py\n{code}```") if isinstance(block, CodeBlock)
    ]

    assert len(pieces) == 4
    assert "".join(piece.text for piece in pieces) == code
    assert [piece.opens for piece in pieces] == [True, False, False, False]
    assert [piece.closes for piece in pieces] == [False, False, False, True]
    assert all(piece.whole[piece.offset :].startswith(piece.text) for piece in pieces)


def test_tables_keep_alignment_and_cells_beyond_the_last_column(markdown: Markdown):
    (table,) = markdown.blocks("| a | b |\n|:-:|--:|\n| 1 | 2 | 3 |\n| x \\| y |")

    assert isinstance(table, TableBlock)
    assert table.alignments == ("center", "right")
    assert table.rows == (("a", "b"), ("1", "2 | 3"), ("x | y", ""))


@pytest.mark.parametrize(
    "text",
    [
        "Use List<String> here <br> and <think>this</think> a<b",
        "> " * 30 + "deep",
        "> " * 500 + "very deep",
        "- " * 300 + "item",
        "[note]: https://example.com unused",
        "[click](javascript:alert(1)) [x](smb://host/share) ![y](file:///etc/passwd)",
        "<table><tr><td>cell</td></tr></table>",
        "<!-- comment --> <script>alert(1)</script>",
        "&nbsp;&lt;b&gt; &#x41;",
        "```\nnever closed",
        "| a |\n|---|\n" + "| b |\n" * 100,
        "\\(x + y\\) and \\[z\\]",
        "text\r\nwith\rodd\nbreaks",
        "~~~~ info <b> string\ncode\n~~~~",
    ],
)
def test_every_word_is_kept(markdown: Markdown, text: str):
    blocks = markdown.blocks(text)

    assert set(re.findall(r"\w+", text)) <= set(re.findall(r"\w+", shown(blocks)))


@pytest.mark.parametrize("text", ["<br>", "<think>x</think>", "List<String>", "a<b", "1 < 2 > 0"])
def test_html_is_text(markdown: Markdown, text: str):
    assert "".join(span.text for span in markdown.spans(text, {})) == text


def test_lines_of_a_poem_stay_lines(markdown: Markdown):
    spans = markdown.spans("Roses are *red*,\nviolets are blue,  \nsugar is sweet.", {})

    assert "".join(span.text for span in spans).split("\u2028") == [
        "Roses are red,",
        "violets are blue,",
        "sugar is sweet.",
    ]


def test_a_used_definition_is_a_link_and_not_shown_twice(markdown: Markdown):
    blocks = markdown.blocks("See [docs].\n\n[docs]: https://example.com/docs")

    assert len(blocks) == 1
    assert isinstance(blocks[0], TextBlock)
    spans = markdown.spans(blocks[0].source, blocks[0].references)
    assert Span("docs", href="https://example.com/docs") in spans


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a *b*", [Span("a "), Span("b", italic=True)]),
        ("**b** ~~c~~", [Span("b", bold=True), Span(" "), Span("c", strike=True)]),
        ("`x`", [Span("x", code=True)]),
        ("[t](https://a.org)", [Span("t", href="https://a.org")]),
        ("see https://a.org/b.", [Span("see "), Span("https://a.org/b", href="https://a.org/b"), Span(".")]),
        ("![cat](https://a.org/c.png)", [Span("[image: cat]", href="https://a.org/c.png")]),
        ("[t](file:///etc/passwd)", [Span("[t](file:///etc/passwd)")]),
    ],
)  # fmt: skip
def test_inline(markdown: Markdown, source: str, expected: list[Span]):
    assert [span for span in markdown.spans(source, {}) if span.text] == expected


def test_a_link_in_disguise_shows_where_it_leads(markdown: Markdown):
    spans = markdown.spans("[https://bank.com](https://evil.example/login)", {})

    assert Span(" (evil.example)", faint=True) in spans


def test_megabytes_are_plain_text_in_pieces(markdown: Markdown):
    text = "**word** " * (RICH_LIMIT // 9 + 1)

    blocks = markdown.blocks(text)

    assert "".join(words_of(block) for block in blocks) == text
    assert max(len(words_of(block)) for block in blocks) <= 4_000


SAMPLES = [
    "# Title\n\nText with *style*\nand lines\n\n- a\n- b\n  - c\n\n    d\n\n1. x\n2. y\n\n> q\nlazy\n\n---\nend",
    "Setext\n===\n\ntext\n# no\n#hashtag\n\n|a|b|\n|-|-|\n|1|2|\nafter\n",
    "```py\n" + "x = 1\n" * 150 + "```\nafter\n",
    "".join(f"{i}. item **{i}**\n" for i in range(1, 40)) + "\nafter",
    "| a | b |\n|---|---|\n" + "".join(f"| {i} | x |\n" for i in range(120)) + "\nafter",
    "- a\n\n  ```sh\n  ls\n  ```\n- b\n\npara\n\n    indented code\n\n    more\n\nend\n",
]


@pytest.mark.parametrize("text", SAMPLES)
@pytest.mark.parametrize("step", [1, 3, 64, 5_000])
def test_growing_text_gives_the_same_blocks(markdown: Markdown, text: str, step: int):
    splitter = Splitter(markdown)
    settled: list[Block] = []
    tail: list[Block] = []
    for start in range(0, len(text), step):
        split = splitter.feed(text[start : start + step])
        settled += split.settled
        tail = split.tail

    assert comparable([*settled, *tail]) == comparable(markdown.blocks(text))


def comparable(blocks: list[Block]) -> list[tuple[str, str, str]]:
    """Join continued pieces: text that grew is cut elsewhere."""
    found: list[tuple[str, str, str]] = []
    for block in blocks:
        kind, containers = type(block).__name__, repr(block.containers)
        if block.continued and found:
            glue = "\n" if isinstance(block, TableBlock) else ""
            found[-1] = (kind, containers, found[-1][2] + glue + words_of(block))
        else:
            found.append((kind, containers, words_of(block)))
    return found


MARKDOWN_LIKE = st.lists(
    st.sampled_from([
        "word", "**", "*", "_", "`", "```", "```py\n", "\n", "\n\n", "- ", "1. ", "> ", "# ", "    ",
        "|", "|-|-|\n", "[", "](", "https://a.org", ")", "<b>", "&amp;", "\\", "~~", "---\n", "\t",
        "![", "[x]: ", "\u202e", "\u200b", "é", "🎉", "===\n", "+ ", "\r\n",
    ]),
    max_size=60,
).map("".join)  # fmt: skip


@settings(max_examples=300)
@given(MARKDOWN_LIKE)
def test_whatever_is_written_no_word_is_lost(text: str):
    markdown = Markdown()
    words = len(re.findall("word", text))
    started = thread_time()

    assert len(re.findall("word", shown(markdown.blocks(text)))) >= words
    assert thread_time() - started < 1.0


@settings(max_examples=100)
@given(MARKDOWN_LIKE, st.integers(1, 9))
def test_whatever_is_written_may_grow_in_any_steps(text: str, step: int):
    markdown = Markdown()
    splitter = Splitter(markdown)
    blocks: list[Block] = []
    tail: list[Block] = []
    started = thread_time()
    for start in range(0, len(text), step):
        split = splitter.feed(text[start : start + step])
        blocks += split.settled
        tail = split.tail

    assert shown([*blocks, *tail]).count("word") >= text.count("word")
    assert thread_time() - started < 2.0
