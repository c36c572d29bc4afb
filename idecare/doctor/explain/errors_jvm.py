"""Texts of JVMs that refuse their options, as a JetBrains IDE shows them when it does not start.

Recognition with Java 17, 21 and 25 (HotSpot, src/hotspot/share/runtime/arguments.cpp and gc/shared/gcConfig.cpp).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from idecare.core.host import Host
from idecare.doctor.explain.base import Clue, KnownError, Words, text
from idecare.jetbrains.installs import installs
from idecare.jetbrains.launcher import Launch, simulate
from idecare.jetbrains.launcher.files import Option
from idecare.jetbrains.launcher.options import EffectiveOptions
from idecare.jetbrains.launcher.runtime import ChosenRuntime
from idecare.jetbrains.runtime_verdict import read_facts

COLLECTOR = re.compile(r"-XX:\+Use(?:G1|Z|Serial|Parallel|ParallelOld|Shenandoah|Epsilon|ConcMarkSweep)GC$")


def collectors(host: Host, words: Words) -> Iterator[Clue]:
    """The lines that choose a collector."""
    yield from _lines(host, lambda option: bool(COLLECTOR.match(option)), at_least=2)


def named_option(host: Host, words: Words) -> Iterator[Clue]:
    """The lines with the option of the text."""
    name = words.get("option", "").lstrip("+-").partition("=")[0]
    if name:
        yield from _lines(host, lambda option: bool(re.match(rf"-?(?:XX:)?[+-]?{re.escape(name)}\b", option)))


def heap_options(host: Host, words: Words) -> Iterator[Clue]:
    """The lines about the heap's size."""
    yield from _lines(host, lambda option: option.startswith(("-Xms", "-Xmx", "-XX:MaxRAM", "-XX:InitialRAM")))


def _lines(host: Host, is_wanted: Callable[[str], bool], at_least: int = 1) -> Iterator[Clue]:
    for install in installs(host):
        launch = simulate(host, install.path)
        if not isinstance(launch, Launch) or not isinstance(launch.options, EffectiveOptions):
            continue
        wanted = [option for option in launch.options.options if is_wanted(option.text)]
        if len(wanted) < at_least:
            continue
        name = install.selector or install.product
        yield Clue(f"{name} starts with {_runtime(host, launch)}")
        for option in wanted:
            yield Clue(f"{option.text}  at {option.place}")
        yield Clue("", fix=_fix(wanted[-1], name))


def _runtime(host: Host, launch: Launch) -> str:
    if not isinstance(launch.runtime, ChosenRuntime):
        return "no runtime"
    facts = read_facts(host, launch.runtime.home)
    return f"Java {facts.major or '?'} in {facts.home}"


def _fix(option: Option, name: str) -> str:
    return f"Remove or correct {option.text} at {option.place} ({name}), or let `idecare configure` do it."


UNKNOWN_OPTION = "Unrecognized VM option "

JVM = (
    KnownError(
        id="two-collectors",
        weight=90,
        texts=(text("Conflicting collector combinations"), text("Multiple garbage collectors selected")),
        meaning="The VM options choose two garbage collectors at once, and the JVM starts with neither.",
        why="The launcher removes the collector of its own file when yours names another; two in your file, or one in "
        "IJ_JAVA_OPTIONS, stay both.",
        fix="Keep one -XX:+Use…GC line in the .vmoptions file that the launcher reads; `idecare configure` shows "
        "which.",
        checks=("goland",),
        inspections=(collectors,),
    ),
    KnownError(
        id="zgenerational",
        weight=90,
        texts=(
            text(f"{UNKNOWN_OPTION}'ZGenerational'", rf"{UNKNOWN_OPTION}'(?P<option>ZGenerational)'"),
            text("Unrecognized VM option ‘ZGenerational’"),
        ),
        meaning="The runtime is too old or too new for -XX:+ZGenerational: only Java 21 to 23 take it (24 and 25 "
        "ignore it "
        "with a warning).",
        why="Java 17 has ZGC without generations; from Java 24 on ZGC has no other mode, so the option is not needed.",
        fix="Remove the line; with Java 17 keep -XX:+UseZGC alone, or choose the bundled runtime: idecare jbr reset.",
        checks=("goland",),
        inspections=(lambda host, words: named_option(host, {"option": "ZGenerational"}),),
    ),
    KnownError(
        id="unknown-vm-option",
        weight=89,
        texts=(text(UNKNOWN_OPTION, rf"{UNKNOWN_OPTION}'(?P<option>(?!ZGenerational)[^'\n]+)'", alone=False),),
        meaning="This Java does not know {option}: it was removed since, or is newer than this runtime.",
        why="Recipes for IDE options outlive the JVMs they were written for (UseConcMarkSweepGC is gone since Java 14, "
        "MaxPermSize since 17; UseCompactObjectHeaders needs 25).",
        fix="Remove it from the .vmoptions file; -XX:+IgnoreUnrecognizedVMOptions lets a JVM start in spite of such "
        "lines.",
        checks=("goland",),
        inspections=(named_option,),
    ),
    KnownError(
        id="ignored-vm-option",
        weight=10,
        texts=(
            text(
                "Ignoring option ",
                r"Ignoring option (?P<option>\w+); support was removed in (?P<version>[\d.]+)",
                alone=False,
            ),
        ),
        meaning="Only a warning: [since Java {version}|in this Java] the option {option} has no effect. It is not "
        "why something "
        "fails.",
        why="An option is first warned of, then ignored, then refused.",
        fix="Remove it before the next update of the runtime refuses it.",
        checks=("goland",),
        inspections=(named_option,),
    ),
    KnownError(
        id="heap-contradiction",
        weight=90,
        texts=(
            text("Initial heap size set to a larger value than the maximum heap size"),
            text("Incompatible minimum and maximum heap sizes specified"),
        ),
        meaning="-Xms (the heap at the start) is above the -Xmx that is in force.",
        why="The launcher reads the IDE's own file first: your -Xms alone meets its -Xmx of 2048m.",
        fix="Set -Xmx too, or remove -Xms.",
        checks=("goland",),
        inspections=(heap_options,),
    ),
    KnownError(
        id="invalid-size",
        weight=90,
        texts=(
            text("Invalid maximum heap size", r"Invalid maximum heap size: (?P<option>\S+)"),
            text("Invalid initial heap size", r"Invalid initial heap size: (?P<option>\S+)"),
            text("Invalid ReservedCodeCacheSize", r"Invalid (?P<option>ReservedCodeCacheSize\S+)\. Must"),
        ),
        meaning="The JVM cannot read the size in {option}, or does not allow it.",
        why="Units are one letter: k, m or g. A code cache has at most 2048m.",
        fix="Write it like -Xmx4g or -Xmx4096m.",
        checks=("goland",),
        inspections=(named_option, heap_options),
    ),
    KnownError(
        id="malformed-option",
        weight=90,
        texts=(
            text("Missing +/- setting for VM option", r"Missing \+/- setting for VM option '(?P<option>\w+)'"),
            text("Unexpected +/- setting in VM option", r"Unexpected \+/- setting in VM option '(?P<option>\w+)"),
            text("Improperly specified VM option", r"Improperly specified VM option '(?P<option>[^'\n]+)'"),
        ),
        meaning="The option {option} is not written as this kind of option must be.",
        why="A switch takes + or - (-XX:+UseZGC), a number takes = (-XX:CICompilerCount=2).",
        fix="Correct the line.",
        checks=("goland",),
        inspections=(named_option,),
    ),
    KnownError(
        id="heap-not-reserved",
        weight=85,
        texts=(text("Could not reserve enough space for"), text("There is insufficient memory for the Java Runtime")),
        meaning="The machine cannot give the JVM the memory that its options ask for.",
        why="-Xms is taken at once, and other programs hold theirs.",
        fix="Lower -Xmx and -Xms; `idecare configure --profile balanced` fits them to this machine.",
        checks=("goland",),
        inspections=(heap_options,),
    ),
)
