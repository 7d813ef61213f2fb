"""Presets and folders as JSON; README.md beside this describes the format."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from desktop.core.chat_settings import Preset, model_choice_of, parameters_of, read_settings
from desktop.core.extras import Extras
from desktop.core.ids import FolderId, PresetId
from desktop.core.organising import Folder
from desktop.services.transfer.values import Record, items, mapping, text


def extras_record(extras: Extras) -> dict[str, Any]:
    """Return what there is beside conversations as JSON can hold it."""
    return {
        "folders": [{"id": str(each.id), "name": each.name} for each in extras.folders],
        "presets": [
            {
                "id": str(each.id),
                "name": each.name,
                "system_prompt": each.settings.system_prompt,
                "model_choice": model_choice_of(each.settings),
                "parameters": parameters_of(each.settings),
            }
            for each in extras.presets
        ],
    }


def extras_in(head: Mapping[str, Any]) -> Extras:
    """Read what `extras_record` wrote; what makes no sense in it is left out."""
    return Extras(
        folders=tuple(
            Folder(id=FolderId(identity), name=text(each.get("name")))
            for identity, each in _with_ids(head.get("folders"))
        ),
        presets=tuple(
            Preset(
                id=PresetId(identity),
                name=text(each.get("name")),
                settings=read_settings(
                    text(each.get("system_prompt")),
                    mapping(each.get("model_choice")),
                    mapping(each.get("parameters")),
                ),
            )
            for identity, each in _with_ids(head.get("presets"))
        ),
    )


def _with_ids(value: Any) -> list[tuple[UUID, Record]]:
    """Return the objects of an array that have an id of their own."""
    found: dict[UUID, Record] = {}
    for record in map(mapping, items(value)):
        try:
            found.setdefault(UUID(text(record.get("id"))), record)
        except ValueError:
            continue
    return list(found.items())
