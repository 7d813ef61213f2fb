"""The menu of a message: copy, quote, edit, answer again, fork, delete."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from desktop.core.content import Role
from desktop.core.conversation import Message
from desktop.ui.look import named

if TYPE_CHECKING:
    from desktop.ui.transcript.acting import Acting


@dataclass(frozen=True, slots=True)
class Spot:
    """What the menu was opened on: a message, an item of it or none (-1), a link or ''."""

    message: int
    index: int = -1
    href: str = ""


class MessageMenu(QMenu):
    """Offers what can be done with one message."""

    def __init__(self, view: "Acting", spot: Spot, message: Message) -> None:
        super().__init__(view)
        named(self, "messageMenu", self.tr("Message"))
        self._view, self._spot, self._message = view, spot, message

    def offer(self, *, is_code: bool, is_table: bool, is_last: bool) -> None:
        """Fill the menu; `is_last` tells whether the answer can be continued."""
        self._offer_copies()
        if is_code:
            self._offer_code()
        if is_table:
            self._offer_table()
        self.addSeparator()
        self._offer_changes(is_last=is_last)

    def _offer_copies(self) -> None:
        view, message, href = self._view, self._message, self._spot.href
        selected = view.selected_text()
        if selected:
            self._add("copySelection", self.tr("Copy"), view.copy)
        if href:
            label = self.tr("Copy link address")
            self._add("copyLink", label, lambda: view.copy_text(href))
        markdown, plain = self.tr("Copy message as Markdown"), self.tr("Copy message as text")
        self._add("copyMarkdown", markdown, lambda: view.copy_text(message.text))
        text = view.message_text
        self._add("copyText", plain, lambda: view.copy_text(text(self._spot.message)))
        quoted = selected or message.text
        self._add("quote", self.tr("Quote"), lambda: view.quote_requested.emit(quoted))
        similar = self.tr("More like this")
        self._add("similar", similar, lambda: view.similar_requested.emit(message.id))

    def _offer_code(self) -> None:
        view, spot = self._view, self._spot
        self.addSeparator()
        self._add("copyCode", self.tr("Copy code"), lambda: view.copy_text(view.block_text(spot)))
        self._add("saveCode", self.tr("Save code…"), lambda: view.ask_where_to_save(spot))

    def _offer_table(self) -> None:
        view, spot = self._view, self._spot
        self.addSeparator()
        tabs, markdown = self.tr("Copy table for a spreadsheet"), self.tr("Copy table as Markdown")
        self._add("copyTable", tabs, lambda: view.copy_text(view.block_text(spot)))
        self._add("copyTableMarkdown", markdown, lambda: view.copy_text(view.block_markdown(spot)))

    def _offer_changes(self, *, is_last: bool) -> None:
        view, id_ = self._view, self._message.id
        is_answer = self._message.role is Role.ASSISTANT
        changes = [
            ("edit", self.tr("Edit"), view.edit_requested, not is_answer),
            ("regenerate", self.tr("Answer again"), view.retry_requested, True),
            (
                "continue",
                self.tr("Continue answer"),
                view.continue_requested,
                is_answer and is_last,
            ),
            ("fork", self.tr("Fork into a new conversation"), view.branch_requested, True),
            ("delete", self.tr("Delete"), view.delete_requested, True),
        ]
        for name, label, signal, is_offered in changes:
            if is_offered:
                action = self._add(name, label, lambda signal=signal: signal.emit(id_))
                action.setEnabled(not view.is_busy)

    def _add(self, name: str, label: str, act: Callable[[], object]) -> QAction:
        action = self.addAction(label)
        action.setObjectName(name)

        def trigger() -> None:  # without the action's state, which nobody here asks for
            act()

        action.triggered.connect(trigger)
        return action
