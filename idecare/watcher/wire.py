"""The words on the socket: one JSON object a line, each naming the protocol it is written in."""

from __future__ import annotations

import json
from typing import Any

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
    """``{"protocol": 1, "command": "hello"}``; whatever else it says is ignored."""
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
