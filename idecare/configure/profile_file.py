"""The text of a profile, checked as a whole: a Profile, or every problem in it with its key."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from idecare.configure.profile import Found, Heap, JvmOption, Kept, Profile, PropertyValue, Removed, SettingValue
from idecare.configure.profile_fields import Problems, Table
from idecare.core.errors import UsageError, nearest
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.reading import open_file
from idecare.vscode.known_keys import property_problem, setting_problem

if TYPE_CHECKING:
    from idecare.formats.jsonc.tree import JsonValue

KEYS = ("name", "description", "jvm", "properties", "vscode")
KEPT: dict[str, Kept] = {"keep_larger": "larger", "keep_smaller": "smaller"}
SHARED_KEYS = ("why", "evidence", "since", "when", *KEPT)
JVM_KEYS = ("set", "unset", "heap", *SHARED_KEYS)
PROPERTY_KEYS = ("key", "value", "remove", "force", *SHARED_KEYS)
SETTING_KEYS = ("key", "value", "found", "remove", "force", "keep", *SHARED_KEYS)
PROGRAMS = ("dlv", "go")
T = TypeVar("T")
Value = TypeVar("Value", JvmOption, PropertyValue, SettingValue)
DEFAULT = "balanced"
PACKAGE = Path(__file__).parents[1]
LARGEST_BYTES = 1_000_000


def parse_profile(text: str, source: str, path: Path | None = None) -> Profile:
    """The profile in ``text``. UsageError lists all that is wrong in it, a line each."""
    import tomllib

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        why = tr("{profile} is not valid TOML: {error}", profile=source, error=error)
        raise UsageError("profile", why, tr("Correct that line.")) from error
    problems = Problems()
    profile = _profile(Table(values, "", problems), source, path)
    if problems.lines:
        listed = "\n".join(f"  {line}" for line in problems.lines)
        why = tr("{profile} cannot be used:\n{problems}", profile=source, problems=listed)
        raise UsageError("profile", why, tr("docs/profiles.md lists what a profile holds."))
    return profile


def _profile(table: Table, source: str, path: Path | None) -> Profile:
    table.only(KEYS)
    return Profile(
        name=table.text("name"),
        description=table.text("description"),
        source=source,
        path=path,
        jvm=tuple(_each(_jvm(entry) for entry in table.tables("jvm"))),
        properties=tuple(_each(_property(entry) for entry in table.tables("properties"))),
        settings=tuple(_each(_setting(entry) for entry in table.tables("vscode"))),
    )


def _each(entries: Iterable[T | None]) -> Iterable[T]:
    return (entry for entry in entries if entry is not None)


def _shared(table: Table) -> dict[str, Any]:
    """What values of all kinds may have."""
    return {
        "why": table.text("why"),
        "when": table.when(),
        "kept": _kept(table),
        **{key: table.text(key) for key in ("evidence", "since") if key in table.values},
    }


def _kept(table: Table) -> Kept | None:
    kept = [kept for key, kept in KEPT.items() if table.flag(key)]
    if len(kept) > 1:
        table.wrong("keep_smaller", tr("does not go with keep_larger"))
    return kept[0] if kept else None


def _jvm(table: Table) -> JvmOption | None:
    table.only(JVM_KEYS)
    kind = table.one_of("set", "unset", "heap")
    shared = _shared(table)
    if kind == "heap":
        values = table.table("heap")
        heap = _heap(values) if values else None
        return JvmOption(heap, **shared | {"kept": _kept(values) or shared["kept"]}) if values and heap else None
    option = table.text(kind) if kind else ""
    if option and (not option.startswith("-") or not option.isascii() or not option.isprintable()):
        table.wrong(kind, tr("'{option}' is not a JVM option: they begin with '-' and are plain ASCII", option=option))
    return JvmOption(option, unset=kind == "unset", **shared) if option else None


def _heap(table: Table) -> Heap | None:
    table.only(("share", "min", "max", *KEPT))
    share, least, most = table.share("share"), table.size("min"), table.size("max")
    if share is None or least is None or most is None:
        return None
    if least > most:
        table.wrong("min", tr("is above max"))
    return Heap(share, least, most)


def _property(table: Table) -> PropertyValue | None:
    table.only(PROPERTY_KEYS)
    key, shared = table.text("key"), _shared(table)
    kind = table.one_of("value", "remove")
    if key and not table.flag("force") and (problem := property_problem(key)):
        table.wrong("key", problem)
    value = None if kind == "remove" else table.text("value") if kind else ""
    return PropertyValue(key, value, **shared) if key else None


def _setting(table: Table) -> SettingValue | None:
    table.only(SETTING_KEYS)
    key, shared, keep = table.text("key"), _shared(table), table.flag("keep")
    kind = table.one_of("value", "found", "remove")
    if key and not table.flag("force") and (problem := setting_problem(key)):
        table.wrong("key", problem)
    return SettingValue(key, _setting_value(table, kind), keep=keep, **shared) if key and kind else None


def _setting_value(table: Table, kind: str) -> JsonValue | Found | Removed:
    if kind == "remove":
        table.flag("remove")
        return Removed()
    if kind == "value":
        return table.json("value")
    program = table.text("found")
    if program == "dlv":
        return Found("dlv")
    if program != "go":
        why = tr("is one of {programs}, not '{program}'.", programs=", ".join(PROGRAMS), program=program)
        table.wrong("found", why + nearest(program, PROGRAMS))
    return Found("go")


def shipped_folder() -> Path:
    """Next to the package in a checkout, inside it in an installed wheel."""
    inside = PACKAGE / "profiles"
    return inside if inside.is_dir() else PACKAGE.parent / "profiles"


def own_folder(host: Host) -> Path:
    """Where the user's own profiles are."""
    return host.own.config / "profiles"


def shipped_profiles() -> tuple[Profile, ...]:
    """Every profile that comes with idecare, the default first."""
    files = sorted(shipped_folder().glob("*.toml"), key=lambda file: (file.stem != DEFAULT, file.stem))
    return tuple(map(_read_shipped, files))


def profile_names(host: Host) -> tuple[str, ...]:
    """The names that ``find_profile`` knows: the user's own, then those shipped."""
    folders = (own_folder(host), shipped_folder())
    return tuple(dict.fromkeys(file.stem for folder in folders for file in sorted(folder.glob("*.toml"))))


def find_profile(name_or_path: str, host: Host) -> Profile:
    """A profile by its file, or by its name; the user's own come before the shipped of the same name."""
    if _is_path(name_or_path):
        path = host.cwd / (host.home / name_or_path[2:] if name_or_path[:2] == "~/" and host.home else name_or_path)
        return _read(path, str(path))
    own, shipped = (folder / f"{name_or_path}.toml" for folder in (own_folder(host), shipped_folder()))
    if os.path.isfile(own):
        return _read(own, str(own))
    if os.path.isfile(shipped):
        return _read_shipped(shipped)
    names = profile_names(host)
    raise UsageError(
        "unknown-profile",
        tr("there is no profile '{name}'.", name=name_or_path) + nearest(name_or_path, names),
        tr("profiles: {names}; or the path of a .toml file", names=", ".join(names)),
    )


def _is_path(text: str) -> bool:
    return text.endswith(".toml") or "/" in text or "\\" in text


def _read(path: Path, source: str) -> Profile:
    try:
        with open_file(path) as file:
            text = file.read(LARGEST_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        why = tr("cannot read the profile {path}: {error}", path=path, error=error)
        raise UsageError("profile", why, "idecare profile list") from error
    return parse_profile(text, source, path)


def _read_shipped(path: Path) -> Profile:
    """Catalogues have its texts; a user's own profile stays in the words of the user."""
    profile = _read(path, tr("profile {name}", name=path.stem))
    return replace(
        profile,
        description=tr(profile.description),
        jvm=tuple(map(_translated, profile.jvm)),
        properties=tuple(map(_translated, profile.properties)),
        settings=tuple(map(_translated, profile.settings)),
    )


def _translated(value: Value) -> Value:
    return replace(value, why=tr(value.why), evidence=tr(value.evidence), since=tr(value.since))
