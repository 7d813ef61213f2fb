"""How near a passage has to be to a question to be worth showing, as the model itself measures.

Cosines of one model can't be compared with another's: some give 0.75 to texts that have nothing
in common, some 0.05. So each model is asked once how near it finds questions to answers of other
questions (`PAIRS`), on the whole and how much that varies. A question's own nearness to those
answers says what chance gives it; of many passages the nearest one is nearer by chance, too, by
about the spread times the root of twice the logarithm of their number.

What all questions have in common says nothing of one, but draws all of them to the same few
passages, so a part of it is taken out of each.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop.core.passages import Purpose
from desktop.services.meaning.embedder import Embedder

if TYPE_CHECKING:
    from desktop.vectors.quantise import Floats

PAIRS = (
    (
        "At which temperature does water boil in the mountains?",
        "Water boils at a lower temperature on high mountains than at the sea.",
    ),
    (
        "What did she do with her bike?",
        "She sold her bicycle and bought a second-hand piano instead.",
    ),
    (
        "When will the report come out?",
        "The committee will publish its report before the end of the year.",
    ),
    (
        "How do I thicken the sauce?",
        "Add two spoons of flour and stir until the sauce is smooth.",
    ),
    (
        "Are whales fish?",
        "Whales are mammals that breathe air and feed their young with milk.",
    ),
    (
        "What does it return if nothing is found?",
        "The function returns an empty list when no file matches the pattern.",
    ),
    (
        "Where did he grow up?",
        "He was born in a small village and moved to the capital as a child.",
    ),
    (
        "When and where do we get on the train?",
        "Our train leaves from platform four at half past seven.",
    ),
    (
        "How have the central bank's rates developed?",
        "Interest rates have risen for the third time since spring.",
    ),
    (
        "How did the keeper play?",
        "The goalkeeper stopped two penalties in the last match of the season.",
    ),
    (
        "What follows if all sides are of the same length?",
        "A triangle with three equal sides has three equal angles.",
    ),
    (
        "How often must I take the medicine?",
        "Take one tablet after each meal and drink plenty of water.",
    ),
    (
        "What happened to the fortress after 1945?",
        "The old castle above the river was rebuilt after the war.",
    ),
    (
        "What was in the letter?",
        "Please find enclosed the signed contract and the invoice.",
    ),
    (
        "How did the audience like the play?",
        "The actors bowed while the audience rose from their seats.",
    ),
    (
        "Who may use the laboratory?",
        "Only students who have passed the safety course get a key to the lab.",
    ),
)
"""Questions and answers about nothing in particular; they hold nothing of the user's."""

COMMON = 0.35
"""How much of the mean of all questions is taken out of one.

Chosen, as is `ENOUGH`, on the questions of `tests/data/retrieval.json`: their nDCG@10 rises from
0.77 to 0.80. More helps short texts further, but long ones no more.
"""

ENOUGH = 0.78
"""Of what chance gives the best of many: all that is less near is left out.

Eight of ten queries that mean nothing find nothing then, and the nDCG@10 of those that do mean
something falls by less than 0.01.
"""


@dataclass(frozen=True, slots=True)
class Scale:
    """A model's measure: the means of questions and of answers, and how much chance varies.

    `spread` is that between questions and answers, `alike` that among answers.
    """

    question: "Floats"
    answer: "Floats"
    spread: float
    alike: float

    def aimed(self, query: "Floats") -> "Floats":
        """Return the unit vector of a query without what it shares with all others."""
        return (query - COMMON * self.question).astype("float32")

    def least(self, aimed: "Floats", count: int) -> float:
        """Return the product from which on one of `count` passages has to do with a query."""
        return float(self.answer @ aimed) + ENOUGH * self.spread * _best_of(count)

    def least_alike(self, text: "Floats", count: int) -> float:
        """Return the cosine from which on one of `count` passages is like another text."""
        return float(self.answer @ text) + self.alike * _best_of(count)

    def to_fields(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "question": self.question.tolist(),
            "answer": self.answer.tolist(),
            "spread": self.spread,
            "alike": self.alike,
        }

    @classmethod
    def from_fields(cls, fields: dict[str, Any] | None) -> "Scale | None":
        """Read what `to_fields` wrote; None where it is nothing of the kind."""
        import numpy as np

        try:
            fields = fields or {}
            return cls(
                np.array(fields["question"], np.float32),
                np.array(fields["answer"], np.float32),
                float(fields["spread"]),
                float(fields["alike"]),
            )
        except (KeyError, TypeError, ValueError):
            return None


async def measured(embedder: Embedder) -> Scale:
    """Ask a model for its measure.

    Raises:
        LLMError: the server failed.
    """
    from desktop.vectors.quantise import unit

    questions = unit(await embedder.embed([each for each, _ in PAIRS], purpose=Purpose.QUERY))
    answers = unit(await embedder.embed([each for _, each in PAIRS]))
    mean = questions.mean(axis=0)
    spread = _spread((questions - COMMON * mean) @ answers.T)
    return Scale(mean, answers.mean(axis=0), spread, _spread(answers @ answers.T))


def _best_of(count: int) -> float:
    """Return how many spreads above the mean the highest of `count` chances is, about."""
    return math.sqrt(2 * math.log(max(count, 2)))


def _spread(products: "Floats") -> float:
    """Return how much the products with answers of other questions vary around their mean."""
    import numpy as np

    count = len(products)
    others = products[~np.eye(count, dtype=bool)].reshape(count, count - 1)
    return float(others.std(axis=1, ddof=1).mean())
