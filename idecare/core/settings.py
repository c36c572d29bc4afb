"""idecare's own settings: reading config.toml, and editing it with every comment kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from idecare.core.errors import IdecareError, UsageError, nearest
from idecare.core.frozen import frozen
from idecare.core.host import settings_path
from idecare.core.language import LANGUAGES, tr
from idecare.core.reading import read_file
from idecare.core.targets import DEFAULT_TARGETS, resolve_target

AGE_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
KEYS = {
    "hold": tr("how long a clean can be undone before it is deleted, such as 10m"),
    "targets": tr("what `clean` takes without a target"),
    "never_touch": tr("absolute paths that no verb may change"),
    "projects": tr("absolute paths of folders with Go projects, for `prune`, besides those that it finds"),
    "gocache_max": tr("the size that the build cache is kept below, such as 20GB"),
    "modcache_max": tr("the size that the module cache is kept below, by what no project needs, such as 20GB"),
    "held_max": tr("the size that all that is held for an undo is kept below, such as 10GB"),
    "notify": tr("whether conflicts are shown on the desktop: true or false"),
    "quiet_hours": tr("when no notice is shown, such as 22:00-07:00"),
    "notices_per_hour": tr("how many notices are shown in an hour at most"),
    "on_conflict": tr("a program and its arguments, run when a conflict begins or ends"),
    "language": tr("the language of all texts: en, zh_CN, or auto for that of the terminal"),
    "watch_starts": tr("whether an edit is taken back when the IDE crashes at its next start: true or false"),
}
LISTS = ("targets", "never_touch", "projects", "on_conflict")
ONE_WORD = {
    "hold": tr("age, such as 10m"),
    "gocache_max": tr("size, such as 20GB"),
    "modcache_max": tr("size, such as 20GB"),
    "held_max": tr("size, such as 10GB"),
    "notify": tr("word: true or false"),
    "quiet_hours": tr("span, such as 22:00-07:00"),
    "notices_per_hour": tr("number, such as 6"),
    "language": tr("word: en, zh_CN or auto"),
    "watch_starts": tr("word: true or false"),
}
SIZE_BYTES = {"": 1, **{letter: 1000**power for power, letter in enumerate("KMGT", 1)}}
SIZE_BYTES |= {f"{letter}I": 1024**power for power, letter in enumerate("KMGT", 1)}
LONGEST_SIZE = 30  # characters
SWITCH_KEYS = ("notify", "watch_starts")
SWITCHES = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


@frozen
class Settings:
    hold: timedelta = timedelta(minutes=10)
    targets: tuple[str, ...] = DEFAULT_TARGETS
    never_touch: tuple[Path, ...] = ()
    projects: tuple[Path, ...] = ()
    gocache_max: int | None = None
    modcache_max: int | None = None
    held_max: int | None = None
    notify: bool = True
    quiet_hours: QuietHours | None = None
    notices_per_hour: int = 6
    on_conflict: tuple[str, ...] = ()
    language: str = "auto"
    watch_starts: bool = True

    def as_json(self) -> dict[str, Any]:
        return {
            "hold": age_value(self.hold),
            "targets": list(self.targets),
            "never_touch": [str(path) for path in self.never_touch],
            "projects": [str(path) for path in self.projects],
            "gocache_max": size_value(self.gocache_max),
            "modcache_max": size_value(self.modcache_max),
            "held_max": size_value(self.held_max),
            "notify": self.notify,
            "quiet_hours": str(self.quiet_hours) if self.quiet_hours else None,
            "notices_per_hour": self.notices_per_hour,
            "on_conflict": list(self.on_conflict),
            "language": self.language,
            "watch_starts": self.watch_starts,
        }


def read_settings(config_folder: Path) -> Settings:
    """The user's settings over the defaults. UsageError names the file, the key and what is wrong."""
    path = settings_path(config_folder)
    try:
        text = read_file(path).decode()
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise IdecareError(
            "settings", tr("cannot read {path}: {error}", path=path, error=error), tr("fix it or remove it")
        ) from error
    return parse_settings(text, path)


def parse_settings(text: str, path: Path) -> Settings:
    import tomllib

    try:
        return _settings_from(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            "settings",
            tr("{path} is not valid TOML: {error}", path=path, error=error),
            tr("fix that line or remove the file"),
        ) from error
    except UsageError as error:
        raise UsageError("settings", f"{path}: {error}", error.hint or "idecare config set KEY VALUE") from error


def _settings_from(values: dict[str, Any]) -> Settings:
    for key in values:
        if key not in KEYS:
            raise UsageError(
                "settings",
                tr("there is no setting '{key}'.{did_you_mean}", key=key, did_you_mean=nearest(key, KEYS)),
                tr("settings: {names}", names=", ".join(KEYS)),
            )
    return Settings(**{key: READERS[key](value) for key, value in values.items()})


def parse_age(value: object) -> timedelta:
    """``90s 15m 12h 7d 4w``; UsageError otherwise."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhdw])", str(value).strip().lower())
    if not match:
        raise UsageError("age", tr("'{value}' is not an age; write 90s, 15m, 12h, 7d or 4w", value=value))
    try:
        return timedelta(seconds=float(match[1]) * AGE_SECONDS[match[2]])
    except OverflowError:
        raise UsageError("age", tr("'{value}' is too long an age", value=value)) from None


def age_value(age: timedelta) -> str:
    """The age as it is written in the settings: ``10m``, ``36h``."""
    seconds = age // timedelta(seconds=1)
    if age.microseconds:
        return f"{seconds}.{age.microseconds:06}".rstrip("0") + "s"
    unit = next((unit for unit, size in reversed(AGE_SECONDS.items()) if seconds and seconds % size == 0), "s")
    return f"{seconds // AGE_SECONDS[unit]}{unit}"


def parse_size(value: object) -> int:
    """``500MB 20GiB`` in bytes; UsageError otherwise."""
    text = str(value).strip()
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]I?)?B?", text.upper())
    if not match or len(text) > LONGEST_SIZE:
        raise UsageError("size", tr("'{value}' is not a size; write 500MB or 20GiB", value=text[:LONGEST_SIZE]))
    if not match[2] and not text.upper().endswith("B"):
        raise UsageError("size", tr("'{value}' has no unit; write {value}GB, or {value}B for bytes", value=text))
    return int(float(match[1]) * SIZE_BYTES[match[2] or ""])


def size_value(count: int | None) -> str | None:
    """The size as it is written in the settings: ``20GB``, ``512MiB``."""
    if count is None:
        return None
    fitting = (unit for unit, size in SIZE_BYTES.items() if count and count % size == 0)
    unit = max(fitting, key=SIZE_BYTES.__getitem__, default="")
    return f"{count // SIZE_BYTES[unit]}{unit.replace('I', 'i')}B"


def edit_settings(text: str, key: str, values: tuple[str, ...] | None, path: Path) -> str:
    """``text`` with ``key`` set (``None``: removed); everything else stays as it is. The result is proven readable."""
    import tomlkit

    if key not in KEYS:
        raise UsageError(
            "settings",
            tr("there is no setting '{key}'.{did_you_mean}", key=key, did_you_mean=nearest(key, KEYS)),
            tr("settings: {names}", names=", ".join(KEYS)),
        )
    parse_settings(text, path)
    document = tomlkit.parse(text)
    if values is None or (key not in LISTS and values == ("",)):
        document.pop(key, None)
    else:
        document[key] = _setting_value(key, values)
    edited = tomlkit.dumps(document)
    parse_settings(edited, path)
    return edited


def _setting_value(key: str, values: tuple[str, ...]) -> str | bool | int | list[str]:
    """The words of a command line as TOML's types. A list may also come as `config get` prints it, one value a line."""
    if key in LISTS:
        lines = [line for word in values for line in word.split("\n")]
        return [] if lines == [""] else lines
    if len(values) != 1:
        raise UsageError("settings", tr("{key} takes one {kind}", key=key, kind=ONE_WORD[key]))
    word = values[0]
    if key in SWITCH_KEYS and word in SWITCHES:
        return SWITCHES[word]
    return int(word) if key == "notices_per_hour" and word.isascii() and word.isdigit() else word


def targets_value(value: object) -> tuple[str, ...]:
    return tuple(resolve_target(word) for word in texts("targets", value))


def never_touch_value(value: object) -> tuple[Path, ...]:
    return tuple(absolute_path("never_touch", text).resolve() for text in texts("never_touch", value))


def projects_value(value: object) -> tuple[Path, ...]:
    return tuple(absolute_path("projects", text) for text in texts("projects", value))


def program_value(value: object) -> tuple[str, ...]:
    """A program by its absolute path: the daemon's search path is not the shell's."""
    program, *arguments = texts("on_conflict", value) or [""]
    return (str(absolute_path("on_conflict", program)), *arguments) if program else ()


def switch_value(key: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise UsageError("settings", tr("{key} is true or false, not '{value}'", key=key, value=value))


def language_value(value: object) -> str:
    if value in ("auto", *LANGUAGES):
        return str(value)
    raise UsageError(
        "settings", tr("language is one of {names}, not '{value}'", names=", ".join(("auto", *LANGUAGES)), value=value)
    )


def count_value(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise UsageError("settings", tr("notices_per_hour is a number such as 6, not '{value}'", value=value))


def texts(key: str, value: object) -> list[str]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    raise UsageError("settings", tr("{key} is a list of texts, such as {example}", key=key, example=f'{key} = ["…"]'))


def absolute_path(key: str, text: str) -> Path:
    try:
        path = Path(text).expanduser()
        if path.is_absolute() and "\0" not in text:
            return path
    except (RuntimeError, OSError, ValueError) as error:
        raise UsageError("settings", f"{key}: '{text}': {error}") from error
    raise UsageError("settings", tr("{key} takes absolute paths, not '{path}'", key=key, path=text))


@frozen
class QuietHours:
    """From ``start`` up to ``end``, in local time; past midnight when ``end`` comes first."""

    start: time
    end: time

    def ends(self, now: datetime) -> datetime | None:
        """When the quiet hours end in which ``now`` lies; ``None`` when it lies in none."""
        today = now.astimezone().date()
        for day in (today - timedelta(days=1), today):
            last = day + timedelta(days=1) if self.end < self.start else day
            start, end = datetime.combine(day, self.start).astimezone(), datetime.combine(last, self.end).astimezone()
            if start <= now < end:
                return end
        return None

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def parse_quiet_hours(value: object) -> QuietHours:
    """``22:00-07:00``; UsageError otherwise."""
    match = re.fullmatch(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})", str(value).strip())
    try:
        if match:
            start, end = (datetime.strptime(part, "%H:%M").time() for part in match.groups())
            if start != end:
                return QuietHours(start, end)
    except ValueError:
        pass
    raise UsageError("quiet-hours", tr("'{value}' are no quiet hours; write 22:00-07:00", value=value))


READERS: dict[str, Callable[[object], Any]] = {
    "hold": parse_age,
    "targets": targets_value,
    "never_touch": never_touch_value,
    "projects": projects_value,
    "gocache_max": parse_size,
    "modcache_max": parse_size,
    "held_max": parse_size,
    "notify": partial(switch_value, "notify"),
    "quiet_hours": parse_quiet_hours,
    "notices_per_hour": count_value,
    "on_conflict": program_value,
    "language": language_value,
    "watch_starts": partial(switch_value, "watch_starts"),
}
