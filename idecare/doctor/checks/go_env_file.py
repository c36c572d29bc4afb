"""The go env file: lines that go reads otherwise than they look, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from idecare.doctor.base import Check, Finding, RunByUser
from idecare.doctor.snapshot import Snapshot

ID = "go/env-file"


def check_env_file(snapshot: Snapshot) -> Iterable[Finding]:
    """Go takes KEY=value as it stands: no quotes, no trimming, and a line that does not begin with A-Z is skipped."""
    path, told = snapshot.go_environment.env_file, tuple(_told(snapshot.go_env_lines))
    if told:
        yield Finding(
            id=ID,
            severity="warning",
            summary=f"{path} has lines that go reads otherwise than they look",
            evidence=tuple(f"line {number}: {what}: {line}" for number, what, line, _ in told),
            why="a quote or a carriage return becomes part of the value, and other lines are skipped without a word",
            fix="write the values with `go env -w`, which makes right lines of them",
            remedies=tuple(RunByUser(command) for *_, command in told if command),
        )


def _told(lines: Iterable[str]) -> Iterator[tuple[int, str, str, str]]:
    """Line number, what is wrong, the line, and the command that writes it right."""
    for number, line in enumerate(lines, 1):
        key, equals, value = line.partition("=")
        bare = value.strip().strip("\"'")
        command = f"go env -w {key.strip()}='{bare}'"
        if not line.strip() or line.startswith("#"):
            continue
        if not equals or not "A" <= key[:1] <= "Z":
            is_indented = bool(equals) and "A" <= key.strip()[:1] <= "Z"
            yield number, "skipped by go", line.rstrip("\r"), command if is_indented else ""
        elif value.endswith("\r"):
            yield number, "the carriage return is part of the value", line.rstrip("\r") + "\\r", command
        elif value[:1] in "\"'" and value[:1] and value.endswith(value[0]) and len(value) > 1:
            yield number, "the quotes are part of the value", line, command
        elif value != value.strip():
            yield number, "the blanks are part of the value", line, command


CHECKS = (
    Check(ID, "a line of the go env file that go reads otherwise than it looks", "go env -w KEY=VALUE", check_env_file),
)
