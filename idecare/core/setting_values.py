"""What the values in config.toml may be: each reader gives the value or raises a UsageError that says what is wrong."""

from __future__ import annotations

from pathlib import Path

from idecare.core.errors import UsageError
from idecare.core.targets import resolve_target


def targets_value(value: object) -> tuple[str, ...]:
    return tuple(resolve_target(word) for word in texts("targets", value))


def never_touch_value(value: object) -> tuple[Path, ...]:
    return tuple(absolute_path("never_touch", text).resolve() for text in texts("never_touch", value))


def program_value(value: object) -> tuple[str, ...]:
    """A program by its absolute path: the daemon's search path is not the shell's."""
    program, *arguments = texts("on_conflict", value) or [""]
    return (str(absolute_path("on_conflict", program)), *arguments) if program else ()


def switch_value(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise UsageError("settings", f"notify is true or false, not '{value}'")


def count_value(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise UsageError("settings", f"notices_per_hour is a number such as 6, not '{value}'")


def texts(key: str, value: object) -> list[str]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    raise UsageError("settings", f'{key} is a list of texts, such as {key} = ["…"]')


def absolute_path(key: str, text: str) -> Path:
    try:
        path = Path(text).expanduser()
        if path.is_absolute() and "\0" not in text:
            return path
    except (RuntimeError, OSError, ValueError) as error:
        raise UsageError("settings", f"{key}: '{text}': {error}") from error
    raise UsageError("settings", f"{key} takes absolute paths, not '{text}'")
