"""What there is beside conversations, taken out and put in with them: presets and folders."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.core.extras import Extras
from desktop.core.ids import FolderId
from desktop.core.organising import Folder
from desktop.storage.orm.base import now
from desktop.storage.orm.organising import FolderRow, PresetRow
from desktop.storage.records import preset_row, to_preset


def read(session: Session) -> Extras:
    """Return all that there is, the oldest first."""
    presets = session.scalars(select(PresetRow).order_by(PresetRow.created_at, PresetRow.id))
    folders = session.scalars(select(FolderRow).order_by(FolderRow.created_at, FolderRow.id))
    return Extras(
        presets=tuple(to_preset(row) for row in presets),
        folders=tuple(Folder(id=FolderId(row.id), name=row.name) for row in folders),
    )


def unknown(session: Session, extras: Extras) -> Extras:
    """Return what of `extras` is not there: by its id, or as a preset that says the same."""
    known = read(session)
    ids = {each.id for each in known.presets}
    same = {(each.name, each.settings) for each in known.presets}
    folders = {each.id for each in known.folders}
    return Extras(
        presets=tuple(
            each
            for each in extras.presets
            if each.id not in ids and (each.name, each.settings) not in same
        ),
        folders=tuple(each for each in extras.folders if each.id not in folders),
    )


def add(session: Session, extras: Extras) -> Extras:
    """Put in what is not there and return it; a preset whose name is taken gets a number."""
    new = unknown(session, extras)
    names = set(session.scalars(select(PresetRow.name)))
    for preset in new.presets:
        name = _unused(preset.name, names)
        names.add(name)
        session.add(preset_row(replace(preset, name=name)))
    session.add_all(FolderRow(id=each.id, name=each.name, created_at=now()) for each in new.folders)
    session.flush()
    return new


def _unused(name: str, names: set[str]) -> str:
    number, unused = 1, name
    while unused in names:
        number += 1
        unused = f"{name} ({number})"
    return unused
