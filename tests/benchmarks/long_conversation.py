"""Conversations as people have them, as long as one likes."""

from datetime import UTC, datetime

from desktop.core.content import Role, Usage
from desktop.core.conversation import Message, MessageStatus, text_parts
from desktop.core.ids import new_conversation_id, new_message_id

QUESTION = "How do I turn this into something that runs every night, and where do the logs go?"
ANSWER = """Use a **systemd timer**: it survives reboots and `journalctl` keeps the logs.

1. Write the service, which runs once:
2. Write the timer beside it.
3. Enable the timer, not the service.

```ini
[Unit]
Description=Nightly report

[Service]
Type=oneshot
ExecStart=/usr/local/bin/report --all
```

| unit | started by | log |
|---|---|---|
| `report.service` | the timer | journal |
| `report.timer` | *systemd* | none |

> A timer that was missed while the machine slept runs at the next start if
> `Persistent=true` is set.

Then look at `systemctl list-timers` to see when it runs next. """


def message(role: Role, text: str, status: MessageStatus = MessageStatus.COMPLETE) -> Message:
    return Message(
        id=new_message_id(),
        conversation_id=new_conversation_id(),
        parent_id=None,
        role=role,
        parts=text_parts(text),
        status=status,
        created_at=datetime.now(UTC),
        model="bench-1" if role is Role.ASSISTANT else None,
        usage=Usage(output_tokens=211),
        duration_ms=3_000,
    )


def conversation(count: int) -> list[Message]:
    """Questions and answers of about 0.8 kB on average."""
    return [
        message(Role.USER, f"{QUESTION} ({i})")
        if i % 2 == 0
        else message(Role.ASSISTANT, f"Answer {i}. {ANSWER * (1 + i % 3)}")
        for i in range(count)
    ]
