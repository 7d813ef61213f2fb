"""What fits into a model's context, and what is said of the rest."""

from hypothesis import given
from hypothesis import strategies as st

from desktop.core.content import ImagePart, Role, TextPart
from desktop.core.tokens import estimate_tokens
from desktop.llm.base import LLMMessage
from desktop.services.context import (
    PER_FILE,
    ContextUse,
    cost_of,
    cut_in_words,
    fit,
)


def tokens_of(message: LLMMessage) -> int:
    return cost_of(message.role, message.content).tokens


SYSTEM = LLMMessage(Role.SYSTEM, "Be brief.")


def talk(turns: int, words: int = 50) -> list[LLMMessage]:
    roles = (Role.USER, Role.ASSISTANT)
    return [LLMMessage(roles[n % 2], f"{n} " + "word " * words) for n in range(turns)]


def test_a_short_conversation_is_sent_whole() -> None:
    messages = [SYSTEM, *talk(5)]
    kept, use = fit(messages, 8_000, 1_000)

    assert kept == messages
    assert (use.cut, use.window) == (0, 8_000)
    assert use.tokens == sum(map(tokens_of, messages))
    assert cut_in_words(use) == ""


def test_the_oldest_turns_are_left_out_and_it_is_said() -> None:
    messages = [SYSTEM, *talk(21)]
    kept, use = fit(messages, 1_000, 250)

    assert kept[0] == SYSTEM
    assert kept[-1] == messages[-1]
    assert kept[1].role is Role.USER
    assert use.tokens <= 750
    assert use.cut == len(messages) - len(kept) > 0
    assert f"oldest {use.cut} messages were not sent" in cut_in_words(use)
    assert "1,000 tokens" in cut_in_words(use)


def test_the_last_question_is_always_sent() -> None:
    messages = [*talk(4), LLMMessage(Role.USER, "long " * 10_000)]
    kept, use = fit(messages, 1_000, 4_000)

    assert kept == messages[-1:]
    assert use.cut == 4
    assert "1 message" not in cut_in_words(use)
    assert "oldest message was not sent" in cut_in_words(ContextUse(window=9, cut=1))


def test_nothing_is_cut_for_a_model_of_unknown_context() -> None:
    messages = talk(101)
    kept, use = fit(messages, None, 4_000)

    assert (kept, use.cut, use.window) == (messages, 0, None)


def test_estimates_grow_with_text_of_any_script() -> None:
    prose = (
        "Conversations are kept as trees of messages, so that an edited question and a new "
        "answer stand beside the old ones. Nothing that was said is ever thrown away, and each "
        "branch can be shown again with a single key."
    )
    assert 35 <= estimate_tokens(prose) <= 75
    assert 6 <= estimate_tokens("今天天气怎么样我们去公园吧") <= 14
    picture = LLMMessage(Role.USER, (TextPart("Look:"), ImagePart(b"x", "image/png")))
    assert tokens_of(picture) >= PER_FILE


@given(
    st.lists(st.tuples(st.sampled_from([Role.USER, Role.ASSISTANT]), st.text(max_size=300))),
    st.integers(1, 500),
)
def test_what_is_kept_is_the_end_of_what_was_said(
    said: list[tuple[Role, str]], window: int
) -> None:
    messages = [SYSTEM, *(LLMMessage(role, text) for role, text in said)]
    kept, use = fit(messages, window, 100)

    assert kept[0] == SYSTEM
    assert len(kept) + use.cut == len(messages)
    assert kept[1:] == messages[1 + use.cut :]
    assert len(kept) > 1 or not said
