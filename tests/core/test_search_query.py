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
