"""ChatGPT's export: branches, pictures, tools, reasoning, hidden nodes and odd records."""

import re
from typing import Any

from desktop.core.content import ImagePart, Role, TextPart
from desktop.core.conversation import Message
from desktop.services.transfer.importer import Importer
from desktop.services.transfer.source import Kind
from desktop.storage.repositories.archive import ArchiveRepository
from desktop.storage.repositories.conversations import ConversationRepository
from tests.services.transfer.conftest import MakeZip, ignore, put_in

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
Record = dict[str, Any]


def node(
    key: str,
    parent: str | None,
    role: str = "user",
    parts: list[Any] | None = None,
    *,
    content: Record | None = None,
    time: float | None = 1_700_000_000.5,
    **metadata: Any,
) -> tuple[str, Record]:
    message = {
        "id": key,
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": time,
        "update_time": None,
        "content": content or {"content_type": "text", "parts": parts or []},
        "status": "finished_successfully",
        "end_turn": None,
        "weight": 1.0,
        "metadata": metadata,
        "recipient": "all",
    }
    return key, {"id": key, "message": message, "parent": parent, "children": []}


def conversation(*nodes: tuple[str, Record], leaf: str, **values: Any) -> Record:
    root = ("root", {"id": "root", "message": None, "parent": None, "children": []})
    return {
        "title": "Soup",
        "create_time": 1_700_000_000.0,
        "update_time": 1_700_000_900.0,
        "mapping": dict([root, *nodes]),
        "current_node": leaf,
        "conversation_id": "6553e3a2-0000-4000-8000-000000000001",
        "is_archived": False,
        **values,
    }


async def shown(
    importer: Importer, conversations: ConversationRepository, make_zip: MakeZip, *records: Record
) -> list[Message]:
    preview, _ = await put_in(importer, make_zip(list(records), {"file-abc-photo.png": PNG}))
    return await conversations.branch(preview.candidates[0].id)


async def test_branches_stay_siblings_and_the_one_on_screen_is_chosen(
    importer: Importer,
    conversations: ConversationRepository,
    archive: ArchiveRepository,
    make_zip: MakeZip,
) -> None:
    record = conversation(
        node("hidden", "root", "system", [""], is_visually_hidden_from_conversation=True),
        node("q1", "hidden", "user", ["Which soup?"]),
        node("a1", "q1", "assistant", ["Leek."], model_slug="gpt-4o"),
        node("a2", "q1", "assistant", ["Lentil."], model_slug="gpt-5"),
        node("q2", "a2", "user", ["Why?"]),
        node("a3", "q2", "assistant", ["It is winter."], model_slug="gpt-5"),
        leaf="a3",
    )
    preview, report = await put_in(importer, make_zip([record]))

    assert preview.kind is Kind.CHATGPT
    assert (report.conversations, report.messages) == (1, 5)
    [candidate] = preview.candidates
    assert (candidate.title, candidate.messages, candidate.is_known) == ("Soup", 5, False)
    branch = await conversations.branch(candidate.id)
    assert [m.text for m in branch] == ["Which soup?", "Lentil.", "Why?", "It is winter."]
    assert [m.role for m in branch] == [Role.USER, Role.ASSISTANT] * 2
    assert (branch[1].model, branch[1].provider) == ("gpt-5", "ChatGPT")
    assert branch[1].sibling_count == 2
    whole = await archive.whole(candidate.id)
    assert whole is not None
    assert whole[0].created_at.timestamp() == 1_700_000_000
    assert [row.title for row in await conversations.list(search="lentil")] == ["Soup"]


async def test_an_answer_in_steps_is_one_message_with_its_reasoning(
    importer: Importer, conversations: ConversationRepository, make_zip: MakeZip
) -> None:
    thoughts = {
        "content_type": "thoughts",
        "thoughts": [{"summary": "Adding", "content": "2 and 2."}],
    }
    code = {"content_type": "code", "language": "python", "text": "print(2 + 2)"}
    output = {"content_type": "execution_output", "text": "4"}
    record = conversation(
        node("q", "root", "user", ["Add 2 and 2."]),
        node("t", "q", "assistant", content=thoughts),
        node("c", "t", "assistant", content=code, model_slug="gpt-5"),
        node("o", "c", "tool", content=output),
        node("r", "o", "assistant", content={"content_type": "reasoning_recap", "content": "4 s"}),
        node("a", "r", "assistant", ["It is 4."], model_slug="gpt-5"),
        leaf="a",
    )
    question, answer = await shown(importer, conversations, make_zip, record)

    assert question.text == "Add 2 and 2."
    assert answer.text == "```python\nprint(2 + 2)\n```\n\n```\n4\n```\n\nIt is 4."
    assert answer.reasoning == "2 and 2."
    assert answer.model == "gpt-5"


async def test_pictures_of_the_export_are_taken_over(
    importer: Importer, conversations: ConversationRepository, make_zip: MakeZip
) -> None:
    picture = {
        "content_type": "image_asset_pointer",
        "asset_pointer": "file-service://file-abc",
        "size_bytes": len(PNG),
    }
    gone = picture | {"asset_pointer": "sediment://file_gone"}
    voice = {"content_type": "audio_transcription", "text": "said aloud"}
    content = {"content_type": "multimodal_text", "parts": [picture, gone, voice, "What is it?"]}
    record = conversation(node("q", "root", "user", content=content), leaf="q")
    [question] = await shown(importer, conversations, make_zip, record)

    assert question.parts == (
        ImagePart(PNG, "image/png"),
        TextPart("[A picture that is not in the export]\n\nsaid aloud\n\nWhat is it?"),
    )


async def test_what_is_left_out_is_named(importer: Importer, make_zip: MakeZip) -> None:
    attached = [{"id": "1", "name": "plan.pdf", "mimeType": "application/pdf"}]
    record = conversation(
        node("q", "root", "user", ["See the plan."], attachments=attached),
        node("x", "q", "assistant", content={"content_type": "hologram", "depth": 3}),
        leaf="x",
    )
    nothing = conversation(leaf="root") | {"conversation_id": "2", "title": "Nothing"}
    odd = [{"title": "Odd"}, "text", None, 7, conversation(leaf="x") | {"conversation_id": None}]
    preview = await importer.preview(make_zip([record, nothing, *odd]), ignore)

    assert len(preview.candidates) == 1
    reasons = [(each.what, each.why) for each in preview.skipped]
    assert ("The file “plan.pdf”", "exports leave it out") in reasons
    assert ("A part of a message", "its kind “hologram” is not known") in reasons
    assert ("“Nothing”", "it has no messages") in reasons
    assert ("“Odd”", "its format is not known") in reasons
    assert ("“Soup”", "it has no id") in reasons
    assert len(reasons) == 8


async def test_damaged_trees_and_values_lose_no_text(
    importer: Importer,
    conversations: ConversationRepository,
    archive: ArchiveRepository,
    make_zip: MakeZip,
) -> None:
    record = conversation(
        node("q", "nowhere", "user", ["orphan"], time=None),
        node("a", "q", "assistant", ["answer"], time=1e20),
        ("broken", {"id": "broken", "message": "no object", "parent": ["x"]}),
        ("none", None),  # pyright: ignore[reportArgumentType]
        leaf="not there",
        title=None,
        update_time="2024-05-01T10:00:00Z",
    )
    preview, _ = await put_in(importer, make_zip([record]))
    [candidate] = preview.candidates
    whole = await archive.whole(candidate.id)

    assert whole is not None
    assert candidate.title == "Untitled"
    assert [m.text for m in whole[1]] == ["orphan", "answer"]
    assert [m.text for m in await conversations.branch(candidate.id)] == ["orphan", "answer"]


async def test_split_lists_are_read_together(importer: Importer, make_zip: MakeZip) -> None:
    import json

    second = conversation(node("q", "root", "user", ["Two"]), leaf="q")
    path = make_zip(
        [conversation(node("q", "root", "user", ["One"]), leaf="q", conversation_id="one")],
        {"conversations-001.json": json.dumps([second]).encode()},
    )
    preview = await importer.preview(path, ignore)

    assert len(preview.candidates) == 2
    assert not re.search("[0-9]", str(preview.skipped))
