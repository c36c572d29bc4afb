"""Frozen dataclasses as JSON values and back, by their own type hints."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, Union

Value = TypeVar("Value")


def to_values(value: Any) -> Any:
    """Dataclasses become objects, tuples lists, paths texts, times ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_values(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [to_values(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): to_values(item) for key, item in value.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def from_values(kind: type[Value], values: object) -> Value:
    """What ``to_values`` gave, as ``kind``; unknown keys are ignored. ValueError when it is something else."""
    try:
        made: Value = _made(kind, values)
    except (TypeError, KeyError, AttributeError, RecursionError, ValueError) as error:
        raise ValueError(f"no {kind.__name__}: {error}") from error
    return made


def _made(kind: Any, value: Any) -> Any:
    if is_dataclass(kind):
        hints = _hints(typing.cast(Any, kind))
        known = {field.name for field in fields(kind)} & value.keys()
        return typing.cast(Any, kind)(**{name: _made(hints[name], value[name]) for name in known})
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else _made(next(part for part in arguments if part is not type(None)), value)
    if origin is tuple:
        return tuple(_made(arguments[0], item) for item in _a(list, value))
    if origin is Mapping:
        return {key: _made(arguments[1], item) for key, item in _a(dict, value).items()}
    return _plain(kind, origin, arguments, value)


def _plain(kind: Any, origin: Any, arguments: tuple[Any, ...], value: Any) -> Any:
    if origin is typing.Literal:
        return arguments[arguments.index(value)]
    if kind is Path:
        return Path(_a(str, value))
    return _time(_a(str, value)) if kind is datetime else _a(kind, value)


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return time


def _a(kind: Any, value: Any) -> Any:
    if isinstance(value, kind):
        return value
    raise TypeError(f"{value!r:.80} is no {kind.__name__}")


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)
