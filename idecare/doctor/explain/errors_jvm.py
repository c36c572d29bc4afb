"""Texts of JVMs that refuse their options, as a JetBrains IDE shows them when it does not start.

Recognition with Java 17, 21 and 25 (HotSpot, src/hotspot/share/runtime/arguments.cpp and gc/shared/gcConfig.cpp).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from idecare.core.host import Host
from idecare.core.language import tr
from idecare.doctor.explain.base import Clue, KnownError, Words, says, text
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
        yield Clue(tr("{name} starts with {runtime}", name=name, runtime=_runtime(host, launch)))
        for option in wanted:
            yield Clue(tr("{option}  at {place}", option=option.text, place=option.place))
        yield Clue("", fix=_fix(wanted[-1], name))


def _runtime(host: Host, launch: Launch) -> str:
    if not isinstance(launch.runtime, ChosenRuntime):
        return tr("no runtime")
    facts = read_facts(host, launch.runtime.home)
    return tr("Java {version} in {path}", version=facts.major or "?", path=facts.home)


def _fix(option: Option, name: str) -> str:
    return tr(
        "Remove or correct {option} at {place} ({name}), or let `idecare configure` do it.",
        option=option.text,
        place=option.place,
        name=name,
    )


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
                r"Ignoring option (?P<option>[\w=-]+); support was removed in (?P<version>[\d.]+)",
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
            text("Invalid thread stack size", r"Invalid thread stack size: (?P<option>\S+)"),
            text("thread stack size specified is too small"),
            text("Invalid maximum code cache size", r"Invalid maximum code cache size: (?P<option>\S+[^\s.])"),
            text("Invalid ReservedCodeCacheSize", r"Invalid (?P<option>ReservedCodeCacheSize\S+)\. Must"),
        ),
        meaning="The JVM cannot read the size in {option}, or does not allow it.",
        why="Units are one letter: k, m or g. A code cache has at most 2048m; a thread's stack at least some 140k and "
        "at most "
        "1g.",
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
    KnownError(
        "jvm-not-created",
        86,
        (
            text("Failed to create JVM"),
            text("Error: Could not create the Java Virtual Machine"),
            text("Error: A fatal exception has occurred. Program will exit"),
            text("Error occurred during initialization of VM"),
            text("Error occurred during initialization of boot layer"),
            text("JNI_CreateJavaVM"),
        ),
        "The JVM did not start; a line above this one says which option it refuses.",
        "A .vmoptions file with an option that this runtime does not know, or a heap larger than the memory.",
        "idecare jbr check starts the runtime with the options in force and names the one that is refused.",
        checks=("goland/collectors", "goland/heap", "goland/options-file", "goland/start"),
        is_general=True,
    ),
    KnownError(
        "javaagent-missing",
        88,
        (
            says("Error opening zip file or JAR manifest missing : {path}"),
            text("agent library failed to init: instrument"),
            says("Could not find agent library {name}"),
        ),
        "A -javaagent (or -agentlib) line of the VM options names [{path}, which|a file that] is not there or is no "
        "JAR.",
        "Such a line is left over from a plugin, a profiler or an activation tool that was removed.",
        "Remove the -javaagent line from the .vmoptions file.",
        checks=("goland/options-file", "goland"),
    ),
    KnownError(
        "vm-option-locked",
        87,
        (
            says("VM option '{option}' is experimental and must be enabled via {unlock}"),
            says("VM option '{option}' is diagnostic and must be enabled via {unlock}"),
            says("The unlock option must precede '{option}'"),
        ),
        "{option} is an option that the JVM takes only after another one has unlocked it[: {unlock}|].",
        "The unlocking option must come first in the file.",
        "Put [{unlock}|-XX:+UnlockExperimentalVMOptions] on a line before it, or remove {option}.",
        checks=("goland",),
        hides=("jvm-not-created",),
    ),
    KnownError(
        "vm-option-range",
        86,
        (
            says("{option} is outside the allowed range [ {least} ... {most} ]"),
            text(
                "is outside the allowed range",
                r"(?P<option>[A-Za-z]\w+=[\d-]+) is outside the allowed range \[ (?P<least>\d+) \.\.\. (?P<most>\d+) "
                r"\]",
                False,
            ),
            says("Option {option} not supported"),
            says("Unrecognized option: {option}"),
        ),
        "The JVM does not take {option}[: allowed is {least} to {most}|].",
        "Values have limits of their own, and an option without -XX: must be one that java itself knows.",
        "Correct or remove that line of the .vmoptions file.",
        checks=("goland",),
        hides=("jvm-not-created",),
    ),
    KnownError(
        "option-value-refused",
        85,
        (says("Improperly specified VM option '{option}'"),),
        "The JVM does not take the value in {option}.",
        "It is not of the form that this option has (a number, a size, + or -), or outside its limits; where it is "
        "the limit, a line above says so.",
        "Correct or remove that line of the .vmoptions file.",
        checks=("goland",),
        inspections=(named_option,),
    ),
    KnownError(
        "vm-options-contradict",
        87,
        (
            says("{option} ({value}) must be less than or equal to {other} ({most})"),
            says("{option} ({value}) must be greater than or equal to {other} ({least})"),
            text(
                " must be at least ", r"(?P<option>[A-Z]\w+) \((?P<value>\d+)\) must be at least (?P<least>\d+)", False
            ),
            says("Invalid code heap sizes: {reason}"),
            text("must be a power of 2", r"(?P<option>[A-Z]\w+) \( ?(?P<value>\d+) ?\) must be a power of 2", False),
        ),
        "A value among the VM options does not fit [the others: {reason}|{other}: {option} is {value}|what the JVM "
        "allows: {option} is {value}|what the JVM allows].",
        "The JVM compares options with each other and with the number of processors.",
        "Correct or remove that line of the .vmoptions file.",
        checks=("goland",),
        hides=("jvm-not-created", "option-value-refused"),
    ),
    KnownError(
        "heap-too-small",
        88,
        (
            text("Too small maximum heap"),
            text("Too small initial heap"),
            text("OutOfMemoryError: Metaspace", r"(?m)^OutOfMemoryError: Metaspace", False),
        ),
        "A memory limit among the VM options is so small that the JVM cannot even start.",
        "-Xmx, -Xms or -XX:MaxMetaspaceSize without a unit are bytes: -Xmx2048 is two kilobytes.",
        "Write the unit: -Xmx2048m.",
        checks=("goland/heap", "goland"),
        inspections=(heap_options,),
    ),
    KnownError(
        "log-file-refused",
        87,
        (
            says("Invalid -Xlog option '{option}'"),
            says("Error opening log file '{path}'"),
        ),
        "The JVM cannot log as [{option}|an -Xlog or -Xloggc line of the VM options] says[: {path} cannot be opened|].",
        "The folder of the file must be there and writable; an -Xlog line with an unknown tag or level is refused too.",
        "Make the folder, or remove that line.",
        checks=("goland/options-file",),
    ),
    KnownError(
        "module-option-malformed",
        88,
        (
            says("{option} requires modules to be specified"),
            says("Unable to parse {option} <module>=<value>: {value}"),
            says("java.lang.module.FindException: Module {module} not found"),
        ),
        "An option about Java's modules is not complete[: {option} {value}|: {option}], or names [the module {module}, "
        "which is|a module that is] not there.",
        "In a .vmoptions file each line is one argument: --add-opens=MODULE/PACKAGE=ALL-UNNAMED, with = in place of "
        "the blank.",
        "Correct or remove that line.",
        checks=("goland/options-file",),
    ),
    KnownError(
        "options-file-not-read",
        87,
        (
            says("Could not open options file '{path}'"),
            says("Could not open settings file {path}"),
            text("could not open `", r"could not open `(?P<path>[^'\n]+)'", False),
        ),
        "The JVM was given a file of options that it cannot open: {path}.",
        "-XX:VMOptionsFile=, -XX:Flags= or an @FILE on a command line names it.",
        "Correct the path, or remove that option.",
        checks=("goland/options-file",),
    ),
    KnownError(
        "boot-path-option-gone",
        87,
        (text("is no longer a supported option", r"(?P<option>-\S+) is no longer a supported option", False),),
        "This Java has {option} no more: it was removed with Java 9.",
        "Old recipes and agents put classes before those of Java with it.",
        "Remove that line of the .vmoptions file.",
        checks=("goland/options-file",),
    ),
    KnownError(
        "ide-class-loader-missing",
        89,
        (text("java.lang.Error: com.intellij.util.lang.PathClassLoader"),),
        "The JVM was started with an IDE's options but without the IDE's own classes.",
        "-Djava.system.class.loader=com.intellij... belongs to the launcher of the IDE: another program read the IDE's "
        ".vmoptions (through JAVA_TOOL_OPTIONS or IJ_JAVA_OPTIONS), or the install is not whole.",
        "Start the IDE by its own launcher; take the line out of your options; reinstall it if its lib folder is not "
        "whole.",
        checks=("goland/options-file", "goland"),
    ),
    KnownError(
        "deprecated-vm-option",
        8,
        (
            says("warning: Option {option} was deprecated in version {since}"),
            text("Options -Xverify:none and -noverify were deprecated"),
        ),
        "Only a warning: [{option}|-noverify] is not wanted any more[ since Java {since}|]. It is not why something "
        "fails.",
        "An option is first warned of, then ignored, then refused.",
        "Remove it before an update of the runtime refuses it.",
        checks=("goland",),
    ),
    KnownError(
        "debug-agent-failed",
        84,
        (
            says("JDWP exit error {name}({*}): {reason}"),
            says("JDWP option syntax error: {option}"),
        ),
        "The JVM's own debug agent (-agentlib:jdwp) did not start[: {reason}|]; so the JVM stopped.",
        "Its address is in use or wrong. An IDE needs this option only to be debugged itself.",
        "Remove that line of the .vmoptions file, or take another port.",
        checks=("goland/options-file",),
    ),
)
