"""What a recognised error means on this machine: its sentences with the text's words, and what was seen here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from idecare.core.commands import shell_word
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.humanize import visible
from idecare.core.language import tr
from idecare.doctor.explain.base import Clue, Inspection, filled
from idecare.doctor.explain.inspect_go import settings, unset_text
from idecare.doctor.explain.recognise import Recognised
from idecare.golang.environment import GoEnvironment, go_environment


@frozen
class Answer:
    """``evidence`` was seen on this machine; ``is_settled``: it decided between several causes of the same text."""

    recognised: Recognised
    meaning: str
    why: str
    fix: str
    evidence: tuple[str, ...] = ()
    is_settled: bool = False

    @property
    def id(self) -> str:
        return self.recognised.known.id


def answer(host: Host, recognised: Recognised, origin: str = "") -> Answer:
    """Inspect what the text names, and say what it means here. ``origin``: the other machine that the text is of; what
    is seen on this one would say nothing about it."""
    known = recognised.known
    clues = (
        [Clue(tr("the text is of {origin}: this machine was not inspected", origin=origin))]
        if origin
        else _all_clues(host, recognised)
    )
    found = recognised.places[0].words
    derived = known.derive(found) if known.derive else {}
    words = {name: visible(word) for name, word in {**found, **derived}.items()}
    copied = {name: shell_word(word) for name, word in {**found, **derived}.items()}
    words["unset"] = copied["unset"] = (
        _unset_elsewhere(known.settings) if origin else _unset(known.settings, go_environment(host))
    )
    best = next((clue for clue in clues if clue.meaning or clue.fix), Clue(""))
    return Answer(
        recognised,
        best.meaning or filled(tr(known.meaning), words),
        best.why or filled(tr(known.why), words),
        best.fix or filled(tr(known.fix), copied),
        tuple(clue.text for clue in clues if clue.text),
        bool(best.meaning),
    )


def _all_clues(host: Host, recognised: Recognised) -> list[Clue]:
    inspections = (settings(*recognised.known.settings), *recognised.known.inspections)
    return list(dict.fromkeys(clue for inspect in inspections for clue in _clues(host, inspect, recognised)))


def _clues(host: Host, inspect: Inspection, recognised: Recognised) -> Iterable[Clue]:
    """An inspection that fails is evidence of nothing but that."""
    for place in recognised.places:
        try:
            yield from inspect(host, place.words)
        except (OSError, ValueError) as error:  # ValueError: a path with a NUL
            yield Clue(tr("an inspection of this machine failed: {error}", error=error))


def _unset_elsewhere(names: Sequence[str]) -> str:
    return tr("change {setting} in the Dockerfile (ENV) or CI file that sets it", setting=names[0]) if names else ""


def _unset(names: Sequence[str], environment: GoEnvironment) -> str:
    """How the first of these settings that is set here is taken back: by who set it."""
    for name in names:
        if (found := environment.lookup(name)).value:
            return unset_text(environment, name, found)
    return (
        tr(
            "unset {setting} where that command ran, or `go env -u {setting}` if it is in go's env file",
            setting=names[0],
        )
        if names
        else ""
    )


# Places that only one system has, as a text quotes them.
OF_SYSTEM = (
    ("windows", tr("a Windows machine"), re.compile(r"(?:^|[\s\"'(])[A-Za-z]:\\\w")),
    (
        "macos",
        tr("a Mac"),
        re.compile(r"(?:^|[\s\"'(])(?:/Users/\w|/opt/homebrew/|/Library/Developer/|/Applications/)"),
    ),
)


def other_system(host: Host, recognised: Iterable[Recognised]) -> str:
    """The other kind of machine that the quoted lines come from; empty where nothing shows one."""
    quotes = "\n".join(place.quote for one in recognised for place in one.places)
    return next((name for system, name, mark in OF_SYSTEM if system != host.platform.name and mark.search(quotes)), "")


# group -> words that point to it, as logs spell them
WORDS = {
    "arm64": r"rosetta|arm64|aarch64|x86_64|architecture|mach-o|cpu type",
    "cgo": r"cgo|gcc|clang|ld:|linker|pkg-config|undefined (?:reference|symbols)|xcode|\.h\b",
    "delve": r"dlv|delve|debugger|breakpoint|ptrace|lldb",
    "goland": r"goland|jetbrains|intellij|idea\.|jvm|java|vmoptions|outofmemory",
    "vscode": r"vscode|vs code|settings\.json|gopls|extension host|cursor|windsurf",
    "caches": r"pkg/mod|go-build|gocache|gomodcache|checksum|\.zip|disk|cache",
    "go": r"\bgo\b|go:|goroot|gopath|go\.mod|module|toolchain|package",
}


def related_groups(text: str) -> tuple[str, ...]:
    """The groups that the text points to; () when it points nowhere, which is to say all."""
    lower = text.lower()
    return tuple(group for group, words in WORDS.items() if re.search(words, lower))
