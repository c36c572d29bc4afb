"""Which VM options the launcher hands to the JVM, in order, and from which file and line each one comes.

Source: XPlatLauncher, src/default.rs (collect_vm_options_from_files, get_vm_options), src/lib.rs (get_full_vm_options).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.platforms import WINDOWS
from idecare.formats.vmoptions import SPACE, Damage
from idecare.jetbrains.launcher.files import Option, Probe, dist_options, probe_user_files, read_options, winning_file
from idecare.jetbrains.launcher.home import Descriptor, LaunchFailure
from idecare.jetbrains.options import home_macro, option_macros

EXTRA_OPTIONS = "IJ_JAVA_OPTIONS"
# HotSpot reads them itself, also where a program loads it: the first before what it is given, the second after
# (arguments.cpp, parse_java_tool_options_environment_variable, JDK 17 to 25; seen with a program that uses JNI).
JVM_OPTIONS_BEFORE, JVM_OPTIONS_AFTER = "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"
JVM_WORD = re.compile(r"""(?:[^\s'"]|'[^']*'|"[^"]*")+""", re.ASCII)
JVM_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)\"""", re.DOTALL)
BLANK = re.compile(r"(?:[\t\n ]|\\\n|#[^\n]*)+")
PIECE = re.compile(r"""'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.|\Z)|([^\t\n '"\\]+)""", re.DOTALL)
IN_DOUBLE_QUOTES = re.compile(r'\\(?:\n|([$`"\\]))')


@frozen
class Dropped:
    """An option of the install's file that the launcher leaves out because of one in the user's."""

    option: Option
    because: Option


@frozen
class EffectiveOptions:
    """``user_file`` is the user's file that is read, ``None`` when there is none.

    ``damage``: the launcher reads the user's file and then ignores it whole.
    """

    options: tuple[Option, ...]
    dropped: tuple[Dropped, ...]
    dist_file: Path
    user_file: Path | None
    probes: tuple[Probe, ...]
    damage: Damage | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(option.text for option in self.options)


def effective_options(host: Host, descriptor: Descriptor) -> EffectiveOptions | LaunchFailure:
    """The whole list, or why the launcher gives up before it has one."""
    probes = tuple(probe_user_files(host, descriptor))
    named = winning_file(probes)
    dist = dist_options(descriptor)
    user = read_options(host.cwd / named) if named else ()
    extra = _extra(host, descriptor)
    before, after = _jvm_variable(host, JVM_OPTIONS_BEFORE), _jvm_variable(host, JVM_OPTIONS_AFTER)
    if isinstance(dist, LaunchFailure):
        return dist
    if isinstance(user, LaunchFailure):
        return user
    if isinstance(extra, LaunchFailure):
        return extra
    if isinstance(before, LaunchFailure):
        return before
    if isinstance(after, LaunchFailure):
        return after
    dropped, core = _merged(dist, () if isinstance(user, Damage) else user, extra)
    return EffectiveOptions(
        options=(
            *before,
            *_frame(host, descriptor, core, named or descriptor.dist_file, isinstance(user, Damage)),
            *after,
        ),
        dropped=dropped,
        dist_file=descriptor.dist_file,
        user_file=host.cwd / named if named else None,
        probes=probes,
        damage=user if isinstance(user, Damage) else None,
    )


def _merged(
    dist: Sequence[Option], user: Sequence[Option], extra: Sequence[Option]
) -> tuple[tuple[Dropped, ...], tuple[Option, ...]]:
    """What goes, and what stays: the user's file displaces, IJ_JAVA_OPTIONS does not."""
    dropped = tuple(_dropped(dist, user))
    gone = {drop.option for drop in dropped}
    return dropped, (*(option for option in dist if option not in gone), *user, *extra)


def _dropped(dist: Sequence[Option], user: Sequence[Option]) -> Iterator[Dropped]:
    for option in dist:
        because = next((theirs for theirs in user if displaces(theirs.text, option.text)), None)
        if because is not None:
            yield Dropped(option, because)


def displaces(user: str, dist: str) -> bool:
    """Collectors are recognised by the shape of the flag only, so that -XX:+DisableExplicitGC displaces one too."""
    if user.startswith("-XX:InitialRAMPercentage="):
        return dist.startswith("-Xms")
    if user.startswith(("-XX:MinRAMPercentage=", "-XX:MaxRAMPercentage=")):
        return dist.startswith("-Xmx")
    return all(text.startswith("-XX:+") and text.endswith("GC") for text in (user, dist))


def _extra(host: Host, descriptor: Descriptor) -> tuple[Option, ...] | LaunchFailure:
    value = host.environment.get(EXTRA_OPTIONS) if descriptor.generation == "G4" else None
    words = split_words(value or "")
    if words is None:
        return LaunchFailure(
            tr("{variable} cannot be split: missing closing quote", variable=EXTRA_OPTIONS), EXTRA_OPTIONS
        )
    return tuple(Option(word, EXTRA_OPTIONS) for word in words)


def _jvm_variable(host: Host, name: str) -> tuple[Option, ...] | LaunchFailure:
    """The options in a variable that the JVM reads: words, in which quotes join and go; nothing escapes."""
    text = host.environment.get(name, "")
    words = JVM_WORD.findall(text)
    if JVM_WORD.sub("", text).strip(" \t\n\v\f\r"):
        return LaunchFailure(tr("Unmatched quote in {variable}: the JVM does not start", variable=name), name)
    return tuple(Option(JVM_QUOTED.sub(lambda found: found[1] or found[2] or "", word), name) for word in words)


def _frame(host: Host, descriptor: Descriptor, core: Sequence[Option], file: Path, corrupted: bool) -> Iterator[Option]:
    """The core between what the user may override and what he may not."""
    crash = f"{descriptor.user_home}{_slash(host)}java_error_in_{descriptor.name}"
    info = str(descriptor.home.file)
    replaceable = [
        *_own(f"-XX:ErrorFile={crash}_%p.log", f"-XX:HeapDumpPath={crash}.hprof"),
        *core,
        *_own(f"-Djb.vmOptionsFile={file}", *(["-Djb.vmOptionsFile.corrupted=true"] if corrupted else [])),
        *(Option(argument, info) for argument in descriptor.jvm_arguments),
    ]
    macros = _macros(host, descriptor)
    yield from (replace(option, text=_expand(option.text, macros)) for option in replaceable)
    yield from _own("-Dide.native.launcher=true", *_properties(host, descriptor))
    separator = host.platform.list_separator
    jars = separator.join(f"{descriptor.home.path / 'lib'}{_slash(host)}{jar}" for jar in descriptor.jars)
    yield from _own(f"-Djava.class.path={jars}")
    # on Windows two properties of the browser's sandbox follow here, one of them an address in memory
    yield from _own(f"-Dsun.java.command={' '.join((descriptor.main_class, *descriptor.arguments))}")


def _slash(host: Host) -> str:
    return "\\" if host.platform is WINDOWS else "/"


def _own(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(text, "launcher") for text in texts)


def _properties(host: Host, descriptor: Descriptor) -> Iterator[str]:
    path = host.environment.get(f"{descriptor.variable}_PROPERTIES", "").strip(SPACE)
    if path and os.path.isfile(host.cwd / path):
        yield f"-Didea.properties.file={path}"


def _macros(host: Host, descriptor: Descriptor) -> dict[str, str]:
    """The macros for paths in an option. G2 knows the IDE home only."""
    macros = option_macros(host, descriptor.home.path, descriptor.caches)
    return {name: path for name, path in macros.items() if descriptor.generation != "G2" or name == home_macro(host)}


def _expand(text: str, macros: dict[str, str]) -> str:
    for name, path in macros.items():
        text = text.replace(name, path)
    return text


def split_words(text: str) -> list[str] | None:
    """The words of IJ_JAVA_OPTIONS by a POSIX shell's quoting, unexpanded; ``None`` where a quote is not closed.

    Rules of the Rust crate shell-words 1.1. Python's shlex differs in comments inside words and in escapes.
    """
    words: list[str] = []
    place = 0
    while place < len(text):
        if blank := BLANK.match(text, place):
            place = blank.end()
            continue
        word, place = _word(text, place)
        if word is None:
            return None
        words.append(word)
    return words


def _word(text: str, place: int) -> tuple[str | None, int]:
    pieces: list[str] = []
    while place < len(text) and text[place] not in "\t\n ":
        match = PIECE.match(text, place)
        if match is None:
            return None, place
        pieces.append(_unquoted(match))
        place = match.end()
    return "".join(pieces), place


def _unquoted(match: re.Match[str]) -> str:
    single, double, escaped, plain = match.groups()
    if double is not None:
        return IN_DOUBLE_QUOTES.sub(lambda escape: escape[1] or "", double)
    if escaped is not None:
        return "" if escaped == "\n" else escaped or "\\"
    return str(single if single is not None else plain)
