"""What a JVM accepts without a word and the user would not: judged from the options alone.

Majors are those in which HotSpot's own flag tables have the option: seen in OpenJDK 17, 21 and 25, else from the JDK
release notes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import PurePosixPath, PureWindowsPath
from typing import Literal

from idecare.core.frozen import frozen
from idecare.core.language import mark, tr
from idecare.formats.jvm_options import (
    COLLECTOR,
    family,
    flag_name,
    is_collector,
    is_read_by_jvm,
    ruled_out,
    size_bytes,
)
from idecare.jetbrains.launcher.files import Option

Kind = Literal["heap over memory", "contradiction", "ignored", "no such folder"]

FOREVER = 1_000
BOM = "\ufeff"
# First and last major that knows a flag.
FLAGS = {
    **dict.fromkeys(("PermSize", "MaxPermSize"), (1, 7)),
    **dict.fromkeys(("UseParNewGC",), (1, 9)),
    **dict.fromkeys(("AggressiveOpts",), (1, 12)),
    **dict.fromkeys(("UseConcMarkSweepGC", "CMSInitiatingOccupancyFraction"), (1, 13)),
    **dict.fromkeys(("UseParallelOldGC",), (1, 14)),
    **dict.fromkeys(("PrintGCTimeStamps", "PrintGCDateStamps", "UseGCLogFileRotation"), (1, 8)),
    **dict.fromkeys(("UseBiasedLocking", "CriticalJNINatives", "FilterSpuriousWakeups"), (1, 17)),
    "UseZGC": (11, FOREVER),
    "ZGenerational": (21, 23),
    "UseCompactObjectHeaders": (24, FOREVER),
}
# The same for options with two dashes.
WORDS = {
    "--illegal-access": (9, 16),
    "--finalization": (18, FOREVER),
    "--sun-misc-unsafe-memory-access": (23, FOREVER),
    "--illegal-native-access": (24, FOREVER),
}
# A share of the memory counts only where no size is given.
SHARES = {"-XX:MaxRAMPercentage": "-Xmx", "-XX:MinRAMPercentage": "-Xmx", "-XX:InitialRAMPercentage": "-Xms"}
DUMP_FOLDERS = ("-XX:HeapDumpPath=", "-XX:ErrorFile=")


@frozen
class Remark:
    """Something worth knowing about options that a JVM would take."""

    kind: Kind
    message: str
    options: tuple[Option, ...]


def first_major(option: str) -> int | None:
    """The first Java that knows an option; ``None`` where the table does not have it."""
    known = FLAGS.get(flag_name(option) or "")
    return known[0] if known else None


def lint_options(
    options: Sequence[Option],
    memory_bytes: int,
    major: int,
    is_folder: Callable[[str], bool] = os.path.isdir,
) -> tuple[Remark, ...]:
    """Remarks on the effective ``options`` for a machine with this memory and a runtime of this major."""
    return (
        *_heap(options, memory_bytes),
        *_contradictions(options, major),
        *_ignored(options, major),
        *_missing_folders(options, is_folder),
    )


def _last(options: Sequence[Option], name: str) -> Option | None:
    return next((option for option in reversed(options) if family(option.text) == name), None)


def _heap(options: Sequence[Option], memory_bytes: int) -> Iterator[Remark]:
    for option in filter(None, (_last(options, "-Xmx"), _last(options, "-Xms"))):
        if (size_bytes(option.text) or 0) > memory_bytes:
            memory = f"{memory_bytes / (1 << 30):.1f} GiB"
            message = tr("{option} is more than the {memory} of this machine", option=option.text, memory=memory)
            yield Remark("heap over memory", message, (option,))


def _contradictions(options: Sequence[Option], major: int) -> Iterator[Remark]:
    yield from _sizes(options)
    yield from _collectors([option for option in options if _is_known(option, major)])
    in_files = sorted((option for option in options if option.line is not None), key=lambda option: option.source)
    for _, lines in groupby(in_files, key=lambda option: option.source):
        yield from _twice(tuple(lines))


def _sizes(options: Sequence[Option]) -> Iterator[Remark]:
    largest, initial = _last(options, "-Xmx"), _last(options, "-Xms")
    largest_bytes, initial_bytes = (size_bytes(option.text) if option else None for option in (largest, initial))
    if largest and initial and largest_bytes and initial_bytes and initial_bytes > largest_bytes:
        message = tr(
            "{initial} starts with a larger heap than {largest} allows: the JVM refuses to start",
            initial=initial.text,
            largest=largest.text,
        )
        yield Remark("contradiction", message, (initial, largest))
    for share, size in SHARES.items():
        ignored, wins = _last(options, share), _last(options, size)
        if ignored and wins:
            message = tr("{option} has no effect next to {other}", option=ignored.text, other=wins.text)
            yield Remark("contradiction", message, (ignored, wins))


def _collectors(options: Sequence[Option]) -> Iterator[Remark]:
    chosen = {option.text: option for option in options if is_collector(option.text)}
    for number, option in enumerate(options):
        against = ruled_out(option.text) if option.text in chosen else None
        if against and (later := next((other for other in options[number:] if other.text == against), None)):
            chosen.pop(option.text)
            message = tr("{option} is taken back by {later}", option=option.text, later=later.text)
            yield Remark("contradiction", message, (option, later))
    if len(chosen) > 1:
        message = tr(
            "{options}: the JVM refuses to start with more than one collector", options=tr(" and ").join(chosen)
        )
        yield Remark("contradiction", message, tuple(chosen.values()))


def _is_known(option: Option, major: int) -> bool:
    first, last = FLAGS.get(flag_name(option.text) or "", (0, FOREVER))
    return first <= major <= last


def _twice(lines: Sequence[Option]) -> Iterator[Remark]:
    """Two lines of one file that set the same: without effect but for the last. A copy of a line does no harm."""
    last = {family(option.text): option for option in lines}
    for option in lines:
        winner = last[family(option.text)]
        if option.text != winner.text and family(option.text) != COLLECTOR:
            message = tr(
                "{option} has no effect: {later} comes after it in the same file", option=option.text, later=winner.text
            )
            yield Remark("contradiction", message, (option, winner))


def _ignored(options: Sequence[Option], major: int) -> Iterator[Remark]:
    uses_zgc = (collector := _last(options, COLLECTOR)) is not None and collector.text == "-XX:+UseZGC"
    for option in options:
        first, last = FLAGS.get(flag_name(option.text) or "") or WORDS.get(option.text.partition("=")[0], (0, FOREVER))
        if option.text.startswith(BOM):
            message = tr(
                "{place} begins with a byte order mark, so that the JVM does not know {option}: "
                "save the file without one",
                place=option.place,
                option=option.text[1:],
            )
            yield Remark("ignored", message, (option,))
        elif not is_read_by_jvm(option.text):
            message = tr("{option} is not an option of the JVM, which skips it", option=repr(option.text))
            yield Remark("ignored", message, (option,))
        elif not first <= major <= last:
            text = mark("{option} went after Java {last}: Java {major} ignores it")
            if major < first:
                text = mark("{option} came with Java {first}: Java {major} ignores it")
            message = tr(text, option=option.text, first=first, last=last, major=major)
            yield Remark("ignored", message, (option,))
        elif flag_name(option.text) == "ZGenerational" and not uses_zgc:
            yield Remark("ignored", tr("{option} has no effect without -XX:+UseZGC", option=option.text), (option,))


def _missing_folders(options: Sequence[Option], is_folder: Callable[[str], bool]) -> Iterator[Remark]:
    """A dump is not written where there is no folder, and nothing says so before the crash."""
    for option in (_last(options, prefix.rstrip("=")) for prefix in DUMP_FOLDERS):
        path = option.text.partition("=")[2] if option else ""
        folder = _parent(path)
        if option and folder and not is_folder(path) and not is_folder(folder):
            message = tr("{option}: there is no folder {folder}", option=option.text, folder=folder)
            yield Remark("no such folder", message, (option,))


def _parent(path: str) -> str | None:
    """The folder of an absolute path; where a relative one leads depends on where the IDE is started."""
    for flavour in (PurePosixPath(path), PureWindowsPath(path)):
        if flavour.is_absolute():
            return str(flavour.parent)
    return None
