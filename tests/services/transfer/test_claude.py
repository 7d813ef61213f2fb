"""Claude's export: branches, thinking, tools, artifacts, attachments and odd records."""

from typing import Any

from desktop.core.content import Role
from desktop.services.transfer.importer import Importer
from desktop.services.transfer.source import Kind
from desktop.storage.repositories.conversations import ConversationRepository
from tests.services.transfer.conftest import MakeZip, put_in

NO_PARENT = "00000000-0000-4000-8000-000000000000"
Record = dict[str, Any]


def said(
    key: str, sender: str, text: str, *, parent: str | None = None, minute: int = 0, **values: Any
) -> Record:
    time = f"2025-03-04T10:{minute:02}:00.000000+00:00"
    block = {"type": "text", "text": text, "start_timestamp": time, "citations": []}
    message = {
        "uuid": key,
        "text": text,
        "content": [block],
        "sender": sender,
        "created_at": time,
        "updated_at": time,
        "attachments": [],
        "files": [],
    }
    return message | ({"parent_message_uuid": parent} if parent else {}) | values


def conversation(*messages: Record) -> Record:
    return {
        "uuid": "11111111-2222-4333-8444-555555555555",
        "name": "Soup",
        "summary": "",
        "created_at": "2025-03-04T10:00:00.000000Z",
        "updated_at": "2025-03-04T11:00:00.000000Z",
        "account": {"uuid": "x"},
        "chat_messages": list(messages),
    }


async def test_a_list_of_messages_is_one_branch(
    importer: Importer, conversations: ConversationRepository, make_zip: MakeZip
) -> None:
    record = conversation(
        said("1", "human", "Which soup?"),
        said("2", "assistant", "Leek."),
        said("3", "human", "Why?"),
    )
    preview, report = await put_in(importer, make_zip([record]))

    assert preview.kind is Kind.CLAUDE
    assert report.messages == 3
    branch = await conversations.branch(preview.candidates[0].id)
    assert [(m.role, m.text) for m in branch] == [
        (Role.USER, "Which soup?"),
        (Role.ASSISTANT, "Leek."),
        (Role.USER, "Why?"),
    ]
    assert branch[1].provider == "Claude"


async def test_messages_that_name_their_parents_are_a_tree(
    importer: Importer, conversations: ConversationRepository, make_zip: MakeZip
) -> None:
    record = conversation(
        said("1", "human", "Which soup?", parent=NO_PARENT),
        said("2", "assistant", "Leek.", parent="1", minute=1),
        said("3", "human", "Which soup in summer?", parent=NO_PARENT, minute=2),
        said("4", "assistant", "Gazpacho.", parent="3", minute=3),
    )
    preview, _ = await put_in(importer, make_zip([record]))
    branch = await conversations.branch(preview.candidates[0].id)

    assert [m.text for m in branch] == ["Which soup in summer?", "Gazpacho."]
    assert branch[0].sibling_count == 2


async def test_thinking_tools_artifacts_and_attachments(
    importer: Importer, conversations: ConversationRepository, make_zip: MakeZip
) -> None:
    blocks = [
        {"type": "thinking", "thinking": "A table would do."},
        {"type": "text", "text": "Here it is:"},
        {
            "type": "tool_use",
            "name": "artifacts",
            "input": {"title": "Table", "content": "a`b\n```\nc", "language": "markdown"},
        },
        {"type": "tool_result", "content": [{"type": "text", "text": "OK"}]},
        {"type": "token_budget"},
        {"type": "dream"},
    ]
    attached = [
        {"file_name": "notes.txt", "file_size": 5, "file_type": "txt", "extracted_content": "leeks"}
    ]
    record = conversation(
        said("1", "human", "Make a table", attachments=attached, files=[{"file_name": "a.png"}]),
        said("2", "assistant", "", content=blocks),
        said("3", "weather", "?"),
    )
    preview, _ = await put_in(importer, make_zip([record]))
    question, answer = await conversations.branch(preview.candidates[0].id)

    assert question.text == "Make a table\n\nnotes.txt\n\n```\nleeks\n```"
    assert answer.reasoning == "A table would do."
    assert answer.text == (
        "Here it is:\n\n**Table**\n\n````markdown\na`b\n```\nc\n````\n\n```\nOK\n```"
    )
    assert {each.why for each in preview.skipped} == {
        "exports leave it out",
        "its kind “dream” is not known",
        "who wrote it is not known",
    }
