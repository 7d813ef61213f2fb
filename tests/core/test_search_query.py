"""What people type to search, read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.search import SearchQuery, parse_query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("two words", SearchQuery(words=("two", "words"))),
        ('a "set phrase" b', SearchQuery(words=("a", "b"), phrases=("set phrase",))),
        ('an "open phrase', SearchQuery(words=("an",), phrases=("open phrase",))),
        ("in:title x", SearchQuery(words=("x",), in_title=True)),
        ("IN:Title", SearchQuery(in_title=True)),
        ("in:documents in:chats", SearchQuery(in_documents=True, in_chats=True)),
        ('collection:"Tax papers" in:', SearchQuery(collection="Tax papers", words=("in:",))),
        ('model:"gpt 5" has:code', SearchQuery(model="gpt 5", has_code=True)),
        ("has:image tag:work", SearchQuery(has_attachment=True, tag="work")),
        ("before:2025-03-14", SearchQuery(before=datetime(2025, 3, 14, tzinfo=UTC))),
        ("after:2025", SearchQuery(after=datetime(2025, 1, 1, tzinfo=UTC))),
        ("before:yesterday", SearchQuery(words=("before:yesterday",))),
        ("http://a.b has:", SearchQuery(words=("http://a.b", "has:"))),
        ("std::vector has:wings", SearchQuery(words=("std::vector", "has:wings"))),
    ],
)
def test_words_phrases_and_filters_are_told_apart(text: str, query: SearchQuery) -> None:
    assert parse_query(text, UTC) == query


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    query = parse_query(text, UTC)

    assert all(query.words)
    assert query.is_filtered or query.words or query.phrases or not text.replace('"', " ").strip()


@pytest.mark.parametrize(
    ("text", "of_chats", "of_documents"),
    [
        ("in:title", True, False),
        ("in:chats", True, False),
        ("model:m", True, False),
        ("tag:t", True, False),
        ("has:code", True, False),
        ("has:file", True, False),
        ("in:documents", False, True),
        ("collection:c", False, True),
        ("after:2025 before:2026 words", False, False),
        ("tag:t collection:c", True, True),
    ],
)
def test_filters_say_what_they_can_be_about(text: str, of_chats: bool, of_documents: bool) -> None:
    query = parse_query(text)

    assert (query.is_of_chats, query.is_of_documents) == (of_chats, of_documents)
    assert query.is_filtered
