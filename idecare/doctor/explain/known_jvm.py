"""Texts of JVMs that refuse their options, as a JetBrains IDE shows them when it does not start.

Seen with Java 17, 21 and 25 (HotSpot, src/hotspot/share/runtime/arguments.cpp and gc/shared/gcConfig.cpp).
"""

from __future__ import annotations

from idecare.doctor.explain.base import Known, text
from idecare.doctor.explain.looks_jvm import collectors, heap_options, named_option

UNKNOWN_OPTION = "Unrecognized VM option "

JVM = (
    Known(
        id="two-collectors",
        weight=90,
        texts=(text("Conflicting collector combinations"), text("Multiple garbage collectors selected")),
        meaning="The VM options choose two garbage collectors at once, and the JVM starts with neither.",
        why="The launcher removes the collector of its own file when yours names another; two in your file, or one in "
        "IJ_JAVA_OPTIONS, stay both.",
        fix="Keep one -XX:+Use…GC line in the .vmoptions file that the launcher reads; `idecare configure` shows "
        "which.",
        checks=("goland",),
        looks=(collectors,),
    ),
    Known(
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
        looks=(lambda host, words: named_option(host, {"option": "ZGenerational"}),),
    ),
    Known(
        id="unknown-vm-option",
        weight=89,
        texts=(text(UNKNOWN_OPTION, rf"{UNKNOWN_OPTION}'(?P<option>(?!ZGenerational)[^'\n]+)'", alone=False),),
        meaning="This Java does not know {option}: it was removed since, or is newer than this runtime.",
        why="Recipes for IDE options outlive the JVMs they were written for (UseConcMarkSweepGC is gone since Java 14, "
        "MaxPermSize since 17; UseCompactObjectHeaders needs 25).",
        fix="Remove it from the .vmoptions file; -XX:+IgnoreUnrecognizedVMOptions lets a JVM start in spite of such "
        "lines.",
        checks=("goland",),
        looks=(named_option,),
    ),
    Known(
        id="ignored-vm-option",
        weight=10,
        texts=(
            text(
                "Ignoring option ",
                r"Ignoring option (?P<option>\w+); support was removed in (?P<version>[\d.]+)",
                alone=False,
            ),
        ),
        meaning="Only a warning: since Java {version} the option {option} has no effect. It is not why something "
        "fails.",
        why="An option is first warned of, then ignored, then refused.",
        fix="Remove it before the next update of the runtime refuses it.",
        checks=("goland",),
        looks=(named_option,),
    ),
    Known(
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
        looks=(heap_options,),
    ),
    Known(
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
        looks=(named_option, heap_options),
    ),
    Known(
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
        looks=(named_option,),
    ),
    Known(
        id="heap-not-reserved",
        weight=85,
        texts=(text("Could not reserve enough space for"), text("There is insufficient memory for the Java Runtime")),
        meaning="The machine cannot give the JVM the memory that its options ask for.",
        why="-Xms is taken at once, and other programs hold theirs.",
        fix="Lower -Xmx and -Xms; `idecare configure --profile balanced` fits them to this machine.",
        checks=("goland",),
        looks=(heap_options,),
    ),
)
