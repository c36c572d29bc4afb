"""Error texts of the user's own: TOML files in the folder `explain` of idecare's configuration.

    [[error]]
    id = "our-proxy-login"
    texts = ["proxy.corp.example: login required for {module}"]
    meaning = "The company's proxy wants a login before it gives out {module}."
    fix = "corp-login, then the same command again"

Optional: why, weight, checks, reference. In a text ``{name}`` stands for a word, ``{*}`` for the rest of the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from idecare.configure.profile_fields import Problems, Table
from idecare.core.errors import UsageError
from idecare.core.host import Host
from idecare.core.humanize import path_text
from idecare.core.language import tr
from idecare.core.reading import read_file
from idecare.doctor.base import GROUPS
from idecare.doctor.explain.base import PLACEHOLDER, UNNAMED, KnownError, Text, says

KEYS = ("id", "texts", "meaning", "why", "fix", "weight", "checks", "reference")
WEIGHT = 95  # what the user wrote for their own machines comes before most of what is known in general
MOST_WEIGHT = 100


def own_errors(host: Host, taken: frozenset[str]) -> tuple[KnownError, ...]:
    """All entries of all files. UsageError lists all that is wrong in the first file with problems."""
    folder = host.own.config / "explain"
    return tuple(entry for file in sorted(folder.glob("*.toml")) for entry in _read(host, file, taken))


def _read(host: Host, file: Path, taken: frozenset[str]) -> Iterator[KnownError]:
    import tomllib

    name = path_text(file, host.home)
    try:
        values = tomllib.loads(read_file(file).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError(
            "explain-file",
            tr("cannot read {path}: {error}", path=name, error=error),
            tr("correct that file, or move it away"),
        ) from error
    entries, problems = parse_errors(values, taken)
    if problems:
        listed = "\n".join(f"  {line}" for line in problems)
        raise UsageError(
            "explain-file",
            tr("{path} cannot be used:\n{problems}", path=name, problems=listed),
            tr("correct it, or move it away"),
        )
    yield from entries


def parse_errors(values: dict[str, Any], taken: frozenset[str]) -> tuple[list[KnownError], list[str]]:
    """The entries of one file, and all that is wrong in it."""
    problems = Problems()
    table = Table(values, "", problems)
    table.only(("error",))
    entries: list[KnownError] = []
    for one in table.tables("error"):
        entry = _entry(one)
        if entry.id in taken or entry.id in [other.id for other in entries]:
            one.wrong("id", tr("there is an error {id} already", id=entry.id))
        entries.append(entry)
    if not entries and not problems.lines:
        problems.lines.append(tr("error: there is none"))
    return entries, problems.lines


def _entry(table: Table) -> KnownError:
    table.only(KEYS)
    texts = tuple(_texts(table))
    meaning, fix = table.text("meaning"), table.text("fix")
    why = table.text("why") if "why" in table.values else tr("as the file of one's own says")
    captured = set.intersection(*(set(text.pattern.groupindex) for text in texts)) if texts else set()
    for key, sentence in (("meaning", meaning), ("why", why), ("fix", fix)):
        for name in sorted(set(PLACEHOLDER.findall(sentence)) - captured - set(UNNAMED)):
            table.wrong(key, tr("{{{name}}} is not in each of the texts", name=name))
    checks = table.words("checks", GROUPS)
    reference = table.text("reference") if "reference" in table.values else ""
    return KnownError(table.text("id"), _weight(table), texts, meaning, why, fix, checks, reference=reference)


def _texts(table: Table) -> Iterator[Text]:
    values = table.values.get("texts", [])
    if not isinstance(values, list) or not values:
        table.wrong("texts", tr("is a list of texts, at least one"))
        return
    for number, value in enumerate(values, 1):
        if not isinstance(value, str):
            table.wrong(f"texts[{number}]", tr("is a text"))
            continue
        try:
            yield says(value)
        except ValueError as error:
            table.wrong(f"texts[{number}]", str(error))


def _weight(table: Table) -> int:
    value = table.values.get("weight", WEIGHT)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_WEIGHT:
        return value
    table.wrong("weight", tr("is a number from 1 to {most}", most=MOST_WEIGHT))
    return WEIGHT
