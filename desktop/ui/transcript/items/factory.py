"""From a description to the item that paints it."""

from desktop.ui.transcript.items.base import Item
from desktop.ui.transcript.items.block import BlockItem, BlockSpec
from desktop.ui.transcript.items.card import CardItem, CardSpec
from desktop.ui.transcript.items.code import CodeItem
from desktop.ui.transcript.items.footer import (
    FooterItem,
    FooterSpec,
    ProgressItem,
    ProgressSpec,
)
from desktop.ui.transcript.items.header import (
    HeaderItem,
    HeaderSpec,
    ReasoningItem,
    ReasoningSpec,
)
from desktop.ui.transcript.items.maths import MathsItem
from desktop.ui.transcript.items.picture import PictureItem
from desktop.ui.transcript.items.table import TableItem
from desktop.ui.transcript.items.text import RuleItem, TextItem
from desktop.ui.transcript.items.waiting import WaitingItem, WaitingSpec
from desktop.ui.transcript.model import CodeBlock, MathsBlock, PictureBlock, TableBlock, TextBlock

Spec = HeaderSpec | ReasoningSpec | BlockSpec | CardSpec | FooterSpec | ProgressSpec | WaitingSpec
"""What an item is made from; equal ones look the same, so that the item can be kept."""


def make_item(spec: Spec) -> Item:
    """Make the item for a description."""
    match spec:
        case HeaderSpec():
            return HeaderItem(spec)
        case ReasoningSpec():
            return ReasoningItem(spec)
        case CardSpec():
            return CardItem(spec)
        case FooterSpec():
            return FooterItem(spec)
        case ProgressSpec():
            return ProgressItem(spec)
        case WaitingSpec():
            return WaitingItem()
        case BlockSpec():
            return _block_item(spec)


def _block_item(spec: BlockSpec) -> BlockItem:
    match spec.block:
        case TextBlock() as block:
            return TextItem(spec, block)
        case CodeBlock() as block:
            return CodeItem(spec, block)
        case MathsBlock() as block:
            return MathsItem(spec, block)
        case PictureBlock() as block:
            return PictureItem(spec, block)
        case TableBlock() as block:
            return TableItem(spec, block)
        case _:
            return RuleItem(spec)
