"""An entry of the journal as JSON and back. Whoever can write to the folder can put anything there: what is no entry is
named, and nothing of it is believed.

A record is a header and, under its kind, what that kind of action has to know (schema 2). Files of schema 1, which
idecare 0.1.0 wrote, are read as well; an entry is written in schema 2 when it changes.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from idecare.changes.records import (
    HOLD_FOLDER,
    Detail,
    Entry,
    FileRecord,
    HeldRecord,
    PartsRecord,
    Record,
    Restore,
    StampRecord,
    State,
)
from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.core.reading import read_file

SCHEMA = 2
JOURNAL_FOLDER = "journal"  # of open entries
ENTRY_ID = re.compile(r"\d{8}-\d{6}(-\d+)?")


@frozen
class Unreadable:
    """A file of the journal that is no entry, and why."""

    path: Path
    reason: str

    @property
    def id(self) -> str:
        return self.path.stem

    @property
    def is_open(self) -> bool:
        """Whether it may hold something: it is not in the history."""
        return self.path.parent.name == JOURNAL_FOLDER and ENTRY_ID.fullmatch(self.id) is not None


def entry_text(entry: Entry) -> bytes:
    values = {"schema": SCHEMA, **asdict(entry), "records": [_record_values(record) for record in entry.records]}
    return json.dumps(values, indent=1).encode()


def _record_values(record: Record) -> dict[str, Any]:
    """The header, and the detail under the name of its kind."""
    header = asdict(record)
    detail = header.pop("detail")
    return {**header, "kind": record.detail.kind, record.detail.kind: detail}


def read_entry(path: Path) -> Entry | Unreadable:
    """Whoever can write to the folder can put anything there; what is no entry is named and stays."""
    try:
        values = json.loads(read_file(path))
    except RecursionError:
        return Unreadable(path, tr("it is nested too deeply"))
    except OSError as error:
        return Unreadable(path, error.strerror or tr("it cannot be read"))
    except ValueError:
        return Unreadable(path, tr("it is not JSON"))
    schema = values.get("schema") if isinstance(values, dict) else None
    if isinstance(schema, int) and schema > SCHEMA:
        return Unreadable(path, tr("a newer idecare wrote it (schema {number})", number=schema))
    try:
        records = tuple(_record(record, schema) for record in values["records"])
        entry = Entry(values["id"], tuple(values["command"]), values["cwd"], values["started"], records)
        if entry.id == path.stem and _is_sound(entry):
            return entry
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        pass
    return Unreadable(path, tr("it is not a journal entry"))


def _is_sound(entry: Entry) -> bool:
    """Whether all values are what they should be (ValueError or TypeError for some that are not)."""
    times = (entry.started, *(record.held_until for record in entry.records if record.held_until is not None))
    return (
        all(datetime.fromisoformat(time).tzinfo for time in times)
        and all(_has_types(value) for record in entry.records for value in (record, record.detail))
        and _has_types(entry)
        and all(_is_sound_record(record) for record in entry.records)
    )


def _has_types(value: Entry | Record | Detail) -> bool:
    """Whether each field that is declared as one of ``TYPES`` is of it; of a path no NUL is part."""
    return all(
        TYPES[str(known.type)](getattr(value, known.name))
        for known in fields(value)
        if str(known.type) in TYPES and known.name not in ("previous", "content")
    )


def _is_sound_record(record: Record) -> bool:
    match record.detail:
        case HeldRecord():
            inside: tuple[str | None, ...] = ()
        case StampRecord():
            inside = (record.detail.name,)
        case FileRecord():
            return record.state in get_args(State) and os.path.isabs(record.detail.real_path)
        case PartsRecord(name=_, lock=lock, place=place, held=held, marker=marker, made=made):
            inside = (lock, place, marker, *held, *(path for path, *_ in made))
    known = record.state in get_args(State) and os.path.isabs(record.root)
    return (
        known
        and all(map(_is_below, inside))
        and (isinstance(record.detail, StampRecord) or _is_in_hold_folder(record.hold))
    )


def _is_below(path: str | None) -> bool:
    """Whether it is a path below a root, and nothing that a ``..`` would lead to."""
    return path is None or not (os.path.isabs(path) or ".." in path.split("/"))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and "\0" not in value


def _is_number(value: object) -> bool:
    return isinstance(value, int)


TYPES: dict[str, Callable[[Any], bool]] = {
    "str": _is_text,
    "str | None": lambda value: value is None or _is_text(value),
    "int": _is_number,
    "int | None": lambda value: value is None or _is_number(value),
    "bool": lambda value: isinstance(value, bool),
    "tuple[str, ...]": lambda value: all(map(_is_text, value)),
}


def _is_in_hold_folder(hold: str) -> bool:
    """Whether it names a target's folder there, and nothing that a ``..`` would lead to."""
    parts = hold.split("/")
    return len(parts) == 3 and parts[0] == HOLD_FOLDER and not {"", ".", ".."} & set(parts)


def _record(values: dict[str, Any], schema: object) -> Record:
    """KeyError, TypeError or ValueError for what is no record."""
    if schema == 1:
        from idecare.changes.journal_schema1 import upgraded

        values = upgraded(values)
    elif schema != SCHEMA:
        raise ValueError(f"schema {schema}")
    header = {name: value for name, value in values.items() if name not in ("kind", values["kind"])}
    header |= {name: tuple(header[name]) for name in ("put_back", "set_apart") if name in header}
    return Record(**header, detail=_detail(values["kind"], values[values["kind"]]))


def _detail(kind: str, values: dict[str, Any]) -> Detail:
    match kind:
        case HeldRecord.kind:
            if values["restore"] not in get_args(Restore):
                raise ValueError(f"unknown way to restore: {values['restore']}")
            return HeldRecord(**values)
        case StampRecord.kind:
            return StampRecord(**values)
        case FileRecord.kind:
            sides = {key: (before, after) for key, (before, after) in values["values"].items()}
            return FileRecord(**{**values, "values": sides})
        case PartsRecord.kind:
            made = tuple((path, device, inode, mtime_ns) for path, device, inode, mtime_ns in values["made"])
            return PartsRecord(**{**values, "held": tuple(values["held"]), "made": made})
        case _:
            raise ValueError(f"unknown kind {kind}")
