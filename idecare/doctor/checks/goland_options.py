"""VM options in force that make the JVM refuse to start, or that have no effect.

The runtime itself is asked, by a start of its java command which is remembered: what it refuses is an error, what it
starts with is none, whatever HotSpot's arguments.cpp of JDK 17, 21 and 25 lets expect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from idecare.core.language import tr
from idecare.doctor.base import Check, Finding, Remedy, Severity
from idecare.doctor.checks.goland_files import Start, edit, starts
from idecare.doctor.snapshot import Snapshot
from idecare.formats.jvm_options import COLLECTOR, SIZES, ZGENERATIONAL, family, is_collector, size_bytes
from idecare.jetbrains.jvm import NotRunnable, Refused
from idecare.jetbrains.jvm.option_lint import Remark, lint_options
from idecare.jetbrains.launcher.files import Option

UNKNOWN_MEMORY = 1 << 62
UNKNOWN_MAJOR = 21
REFUSES = tr("the JVM refuses to start with it, and so does the IDE")


def _remarks(snapshot: Snapshot, start: Start) -> tuple[Remark, ...]:
    """Where the runtime is not known, nothing is said of what depends on its major."""
    memory, major = snapshot.memory_bytes or UNKNOWN_MEMORY, start.major or UNKNOWN_MAJOR
    found = lint_options(start.options.options, memory, major, snapshot.is_folder)
    return tuple(remark for remark in found if start.major is not None or remark.kind != "ignored")


def _places(options: Iterable[Option]) -> tuple[str, ...]:
    return tuple(f"{option.place}: {option.text}" for option in options)


def _of(
    select: Callable[[Remark], bool], finding: Callable[[Start, Remark], Iterator[Finding]]
) -> Callable[[Snapshot], Iterable[Finding]]:
    """A check of the remarks of one kind."""

    def run(snapshot: Snapshot) -> Iterator[Finding]:
        for start in starts(snapshot):
            for remark in _remarks(snapshot, start):
                if select(remark):
                    yield from finding(start, remark)

    return run


def _is_collectors(remark: Remark) -> bool:
    return len(remark.options) > 1 and all(is_collector(option.text) for option in remark.options)


def _collectors(start: Start, remark: Remark) -> Iterator[Finding]:
    """The last one stays: it is what a second reading of the file would find."""
    if start.is_accepted:
        return
    last = remark.options[-1]
    same = [option for option in start.options.options if is_collector(option.text) and option.text != last.text]
    yield Finding(
        id="goland/collectors",
        severity="error",
        summary=f"{start.target.name}: {remark.message}",
        evidence=_places(remark.options),
        why=tr("'Conflicting collector combinations in option list': the IDE does not start"),
        fix=tr("keep one of them; {option} is the last", option=last.text),
        remedies=start.without(same),
    )


def _is_heap(remark: Remark) -> bool:
    families = {family(option.text) for option in remark.options}
    return remark.kind == "heap over memory" or families == {"-Xms", "-Xmx"}


def _heap(start: Start, remark: Remark) -> Iterator[Finding]:
    over = remark.kind == "heap over memory"
    if start.is_accepted and not over:
        return
    initial = tuple(option for option in remark.options if family(option.text) == "-Xms")
    yield Finding(
        id="goland/heap/over-memory" if over else "goland/heap/initial-over-largest",
        severity="warning" if over else "error",
        summary=f"{start.target.name}: {remark.message}",
        evidence=_places(remark.options),
        why=tr("the machine swaps, or the system ends the IDE, before its garbage collector sees a reason to work")
        if over
        else tr("'Initial heap size set to a larger value than the maximum heap size': the IDE does not start"),
        fix=tr("a heap of a quarter of the memory or less: idecare configure --ide goland")
        if over
        else tr("remove -Xms, or raise -Xmx"),
        remedies=() if over else start.without(initial),
    )


def _sizes(snapshot: Snapshot) -> Iterable[Finding]:
    for start in starts(snapshot):
        for option in _no_sizes(start):
            yield Finding(
                id="goland/size",
                severity="error",
                summary=tr("{ide}: {option} is no size", ide=start.target.name, option=option.text),
                evidence=_places((option,)),
                why=REFUSES,
                fix=tr("a number with one of k, m, g behind it, such as -Xmx4g"),
                remedies=start.without((option,)),
            )


def _no_sizes(start: Start) -> Iterator[Option]:
    """Only the last of a family counts, but HotSpot reads them all."""
    for option in () if start.is_accepted else start.options.options:
        if family(option.text) in SIZES and option.text not in SIZES and size_bytes(option.text) is None:
            yield option


def _refused(snapshot: Snapshot) -> Iterable[Finding]:
    for start in starts(snapshot):
        verdict = start.verdict
        if isinstance(verdict, Refused) and not _is_explained(snapshot, start):
            yield Finding(
                id="goland/dry-start/refused",
                severity="error",
                summary=tr("{ide}: its runtime does not start with the options in force", ide=start.target.name),
                evidence=(verdict.text.partition("\n")[0], *_places(verdict.options)),
                why=REFUSES,
                fix=tr("remove or correct what is named"),
                remedies=start.without(verdict.options),
            )
        elif isinstance(verdict, NotRunnable) and verdict.reason in ("broken", "hangs"):
            yield Finding(
                id="goland/dry-start/broken",
                severity="error",
                summary=tr("{ide}: its runtime does not start, whatever the options", ide=start.target.name),
                evidence=(verdict.text.partition("\n")[0],),
                why=tr("the launcher takes it unseen and tries no other"),
                fix=tr(
                    "choose another: idecare jbr list, or {command}",
                    command=f"idecare jbr reset --ide {start.target.ide}",
                ),
            )


def _is_explained(snapshot: Snapshot, start: Start) -> bool:
    """Whether one of the checks above has named the cause, with its remedy."""
    remarks = [remark for remark in _remarks(snapshot, start) if remark.kind == "contradiction"]
    return any(_no_sizes(start)) or any(_is_heap(remark) or _is_collectors(remark) for remark in remarks)


def _is_twice(remark: Remark) -> bool:
    same = {family(option.text) for option in remark.options}
    return remark.kind == "contradiction" and len(same) == 1 and COLLECTOR not in same


def _twice(start: Start, remark: Remark) -> Iterator[Finding]:
    loser, winner = remark.options
    if start.is_users(loser):
        yield Finding(
            id="goland/duplicate-options",
            severity="warning",
            summary=f"{start.target.name}: {remark.message}",
            evidence=_places(remark.options),
            why=tr("only the last line counts: who reads or changes the other one is misled"),
            fix=tr("remove {option}", option=loser.text),
            remedies=_once(start, loser, winner),
        )


def _once(start: Start, loser: Option, winner: Option) -> tuple[Remedy, ...]:
    """A copy of the winning line further up goes by the same text: then the winner is to be there once."""
    lost, won = start.line(loser), start.line(winner)
    if lost is None or won is None or start.options.user_file is None:
        return ()
    return (edit(start.options.user_file, start.target, {lost: None, won: ""}),)


def _is_ignored(remark: Remark) -> bool:
    return remark.kind in ("ignored", "no such folder") or (
        remark.kind == "contradiction" and not _is_collectors(remark) and not _is_heap(remark) and not _is_twice(remark)
    )


def _ignored(start: Start, remark: Remark) -> Iterator[Finding]:
    option = remark.options[0]
    if not start.is_users(option):
        return
    is_folder = remark.kind == "no such folder"
    severity: Severity = "warning" if is_folder else "info"
    yield Finding(
        id="goland/ignored-options",
        severity=severity,
        summary=f"{start.target.name}: {remark.message}",
        evidence=_places(remark.options),
        why=tr("a dump or log of the next crash is not written")
        if is_folder
        else tr("what it was meant to do is not done"),
        fix=tr("make the folder, or name one that is there") if is_folder else tr("remove the line"),
        remedies=() if is_folder else start.without((option,)),
    )


def _zgc(snapshot: Snapshot) -> Iterable[Finding]:
    """In 21 and 22 ZGC has its old mode without generations, unless an option says otherwise (JEP 439)."""
    for start in starts(snapshot):
        texts = start.options.texts
        chosen = [option for option in start.options.options if family(option.text) == COLLECTOR]
        is_zgc = bool(chosen) and chosen[-1].text == "-XX:+UseZGC"
        is_given = any(family(text) == family(ZGENERATIONAL) for text in texts)
        if is_zgc and start.major in (21, 22) and not is_given and start.options.user_file:
            yield Finding(
                id="goland/zgc",
                severity="info",
                summary=tr("{ide}: ZGC runs in its old mode, without generations", ide=start.target.name),
                evidence=(
                    *_places(chosen[-1:]),
                    tr("Java {major}, without {option}", major=start.major, option=ZGENERATIONAL),
                ),
                why=tr("it then needs more memory and more processor time for the same work"),
                fix=tr("add {option}", option=ZGENERATIONAL),
                remedies=(edit(start.options.user_file, start.target, {ZGENERATIONAL: ""}),),
            )


CHECKS = (
    Check(
        "goland/dry-start",
        tr(
            "options that the IDE's own runtime refuses: a value out of range, an absent agent, a pair that does not go"
        ),
        tr("remove or correct what is named"),
        _refused,
    ),
    Check(
        "goland/collectors",
        tr("more than one garbage collector, with which the JVM does not start"),
        tr("keep one"),
        _of(_is_collectors, _collectors),
    ),
    Check(
        "goland/heap",
        tr("a heap larger than the memory, or an initial heap larger than the largest"),
        tr("smaller -Xmx, or no -Xms"),
        _of(_is_heap, _heap),
    ),
    Check("goland/size", tr("a size that the JVM does not read, such as -Xmx4gb"), tr("write -Xmx4g"), _sizes),
    Check(
        "goland/duplicate-options",
        tr("two lines that set the same to different values"),
        tr("remove the one without effect"),
        _of(_is_twice, _twice),
    ),
    Check(
        "goland/ignored-options",
        tr("options that the runtime does not know, or that have no effect"),
        tr("remove them"),
        _of(_is_ignored, _ignored),
    ),
    Check("goland/zgc", tr("ZGC without generations on Java 21 or 22"), tr("add {option}", option=ZGENERATIONAL), _zgc),
)
