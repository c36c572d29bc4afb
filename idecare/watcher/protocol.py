"""The protocol of the socket: one JSON object a line, dataclasses as JSON values and back, and the peer's user."""

from __future__ import annotations

import json
import socket
import struct
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, Union

from idecare import __version__
from idecare.core.frozen import frozen

PROTOCOL = 1
COMMANDS = ("hello", "status", "subscribe")
LONGEST_REQUEST = 4096  # bytes
RESTART = "idecare daemon restart"


@frozen
class Request:
    command: str


@frozen
class BadRequest:
    """``code`` is stable: ``garbage``, ``protocol``, ``command``."""

    code: str
    message: str


def read_request(line: bytes) -> Request | BadRequest:
    """``{"protocol": 1, "command": "hello"}``; other keys are ignored."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return BadRequest("garbage", "that is not a line of JSON")
    if not isinstance(values, dict) or not isinstance(values.get("command"), str):
        return BadRequest("garbage", 'a request is {"protocol": 1, "command": "hello"}')
    if values.get("protocol") != PROTOCOL:
        return BadRequest("protocol", other_protocol(values.get("protocol")))
    if values["command"] not in COMMANDS:
        return BadRequest("command", f"there is no command {values['command'][:40]!r}; there are {', '.join(COMMANDS)}")
    return Request(values["command"])


def other_protocol(spoken: object) -> str:
    theirs = spoken if isinstance(spoken, int) else "an unknown one"
    return f"the daemon (idecare {__version__}) speaks protocol {PROTOCOL}, the command {theirs}; run: {RESTART}"


def request_line(command: str) -> bytes:
    return line_of({"protocol": PROTOCOL, "command": command})


def answer_line(command: str, values: dict[str, Any]) -> bytes:
    return line_of({"protocol": PROTOCOL, "version": __version__, "command": command, **values})


def error_line(bad: BadRequest) -> bytes:
    error = {"code": bad.code, "message": bad.message}
    return line_of({"protocol": PROTOCOL, "version": __version__, "error": error})


def line_of(values: dict[str, Any]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode() + b"\n"


SO_PEERCRED = getattr(socket, "SO_PEERCRED", None)  # Linux: struct ucred {pid, uid, gid}
LOCAL_PEERCRED = getattr(socket, "LOCAL_PEERCRED", None)  # macOS: struct xucred {version, uid, ngroups, groups[16]}
SOL_LOCAL = 0
XUCRED_BYTES = 76


def peer_user(connection: socket.socket) -> int | None:
    """The user id of the process at the other end; ``None`` when it is not known."""
    try:
        if SO_PEERCRED is not None:
            ucred = connection.getsockopt(socket.SOL_SOCKET, SO_PEERCRED, struct.calcsize("3i"))
            return int(struct.unpack("3i", ucred)[1])
        if LOCAL_PEERCRED is not None:
            xucred = connection.getsockopt(SOL_LOCAL, LOCAL_PEERCRED, XUCRED_BYTES)
            return int(struct.unpack_from("=II", xucred)[1])
    except (OSError, struct.error):
        return None
    return None


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
