"""Showing a message on the desktop, without keeping the caller waiting for long."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import Literal

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.platforms import LINUX, MACOS
from idecare.system.files import find_program
from idecare.system.run import ask

Urgency = Literal["normal", "critical"]

APP = "idecare"
LIMIT_SECONDS = 3.0  # a notification service that does not answer is as good as none
LONGEST_BODY = 500  # characters: desktops cut longer ones anywhere
# Text comes as arguments, so that nothing in it is taken for AppleScript.
APPLE_SCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)
BUS = ("--session", "--dest", "org.freedesktop.Notifications", "--object-path", "/org/freedesktop/Notifications")
URGENCY: dict[Urgency, int] = {"normal": 1, "critical": 2}  # Desktop Notifications 1.2, table of urgency levels


@frozen
class Message:
    """``replaces``: the number under which the desktop shows an earlier message, whose place this one takes."""

    title: str
    body: str
    urgency: Urgency = "normal"
    replaces: int | None = None


@frozen
class Shown:
    """The desktop took it. ``number`` is how it can be replaced or withdrawn, where that can be known."""

    via: str
    number: int | None = None


@frozen
class NotShown:
    reason: str


def show(host: Host, message: Message) -> Shown | NotShown:
    """Show a message through the first way that works here."""
    reasons = []
    for way in _ways(host):
        result = way(host, message)
        if isinstance(result, Shown):
            return result
        reasons.append(result.reason)
    return NotShown("; ".join(reasons) or "this system has no way to show a notification")


def withdraw(host: Host, number: int) -> bool:
    """Take a message off the desktop; whether it could be asked for."""
    gdbus = find_program(host, "gdbus")
    if host.platform is not LINUX or gdbus is None:
        return False
    method = ("--method", "org.freedesktop.Notifications.CloseNotification", str(number))
    return _output(host, [gdbus, "call", *BUS, *method]) is not None


def _ways(host: Host) -> Iterator[Callable[[Host, Message], Shown | NotShown]]:
    if host.platform is MACOS:
        yield _by_osascript
    elif host.platform is LINUX:
        yield _by_gdbus
        yield _by_notify_send
    elif sys.platform == "win32":
        yield _by_balloon


def _by_gdbus(host: Host, message: Message) -> Shown | NotShown:
    """First, because its answer has the message's number whatever the version."""
    if (reason := _no_bus(host)) or (gdbus := find_program(host, "gdbus")) is None:
        return NotShown(reason or "there is no gdbus")
    hints = f"{{'urgency': <byte {URGENCY[message.urgency]}>}}"
    texts = (_variant(message.title), _variant(_markup(message.body)))
    words = (_variant(APP), str(message.replaces or 0), "''", *texts, "[]", hints, "-1")
    answer = _output(host, [gdbus, "call", *BUS, "--method", "org.freedesktop.Notifications.Notify", "--", *words])
    number = re.fullmatch(r"\(uint32 (\d+),\)", (answer or "").strip())
    return Shown("gdbus", int(number[1])) if number else NotShown("no notification service answers on the session bus")


def _by_notify_send(host: Host, message: Message) -> Shown | NotShown:
    if (reason := _no_bus(host)) or (notify_send := find_program(host, "notify-send")) is None:
        return NotShown(reason or "there is no notify-send")
    words = [notify_send, f"--app-name={APP}", f"--urgency={message.urgency}", "--", message.title]
    body = _markup(message.body).replace("\\", "\\\\")  # notify-send 0.8 reads C's escapes in a body
    answer = _output(host, [*words, body])
    return Shown("notify-send") if answer is not None else NotShown("notify-send failed")


def _by_osascript(host: Host, message: Message) -> Shown | NotShown:
    if (osascript := find_program(host, "osascript")) is None:
        return NotShown("there is no osascript")
    script = [word for line in APPLE_SCRIPT for word in ("-e", line)]
    answer = _output(host, [osascript, *script, f"{APP}: {message.title}", message.body[:LONGEST_BODY]])
    return Shown("osascript") if answer is not None else NotShown("osascript failed")


def _by_balloon(host: Host, message: Message) -> Shown | NotShown:
    if sys.platform == "win32":
        from idecare.watcher.notifications.balloon import show_balloon

        if show_balloon(message.title, message.body, message.urgency == "critical"):
            return Shown("the notification area")
    return NotShown("there is no notification area")


def _no_bus(host: Host) -> str:
    """Why no session bus can be there; empty when one may be. Without this, a bus would be started for us alone."""
    runtime = host.variable("XDG_RUNTIME_DIR")
    if host.variable("DBUS_SESSION_BUS_ADDRESS") or (runtime and os.path.exists(os.path.join(runtime, "bus"))):
        return ""
    return "there is no session bus"


def _output(host: Host, command: list[str]) -> str | None:
    """What a program prints; ``None`` when it failed or took too long."""
    try:
        done = ask(command, host.environment, LIMIT_SECONDS)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def _markup(text: str) -> str:
    """A body may hold markup (Desktop Notifications 1.2), so that what is meant literally is escaped."""
    return text[:LONGEST_BODY].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _variant(text: str) -> str:
    """A string in GVariant's text format, which gdbus reads its arguments in."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\0", "")
    return f"'{escaped.encode('utf-8', 'replace').decode()}'"
