"""Which JVM options set the same thing, so that the last of them wins, and what their values mean.

Source: HotSpot's arguments.cpp of JDK 17, 21 and 25.
"""

from __future__ import annotations

import re

from idecare.core.errors import RefusedError
from idecare.core.language import tr

COLLECTOR = "collector"
COLLECTORS = frozenset(
    {"UseSerialGC", "UseParallelGC", "UseParallelOldGC", "UseG1GC", "UseZGC", "UseShenandoahGC", "UseEpsilonGC"}
    | {"UseConcMarkSweepGC", "UseParNewGC"}  # gone since 14 and 10
)
ZGENERATIONAL = "-XX:+ZGenerational"
ZGC_MAJOR = 15  # before, ZGC was an experiment that had to be unlocked

# Two spellings of one setting.
ALIASES = {"MaxHeapSize": "-Xmx", "InitialHeapSize": "-Xms", "ThreadStackSize": "-Xss"}
SIZES = ("-Xmx", "-Xms", "-Xss", "-Xmn")
MODES = frozenset({"-Xint", "-Xmixed", "-Xcomp"})
# A second one adds to the first: flags of HotSpot's kind ccstrlist, and recordings.
ADDING_FLAGS = frozenset(
    {"CompileCommand", "OnError", "OnOutOfMemoryError", "DisableIntrinsic", "ControlIntrinsic", "StartFlightRecording"}
)
# Of these the JVM keeps one value; the other module options (--add-opens=...) add up.
SINGLE_WORDS = frozenset(
    {"--module-path", "--upgrade-module-path", "--limit-modules", "--illegal-access", "--illegal-native-access"}
    | {"--sun-misc-unsafe-memory-access", "--finalization"}
)
FLAG = re.compile(r"-XX:(?P<sign>[+-])?(?P<name>\w+)(?:=(?P<value>.*))?")
SIZE = re.compile(r"(0[xX][0-9a-fA-F]+|[0-9]+)([kKmMgGtT]?)")
UNITS = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}
# Options that HotSpot reads when a program loads it (arguments.cpp, parse_each_vm_init_arg, JDK 17 to 25). All others
# (-cp, -jar, @file, --module-path with a space, a class name) belong to the java command, and a launcher's JVM skips
# them without a word.
READ_BY_JVM = (
    *("-X", "-D", "-ea", "-da", "-esa", "-dsa", "-enable", "-disable", "-verbose", "-noverify", "-agentlib:"),
    *("-agentpath:", "-javaagent:", "--enable-preview", "--enable-native-access=", "--enable-final-field-mutation="),
    *("--add-reads=", "--add-exports=", "--add-opens=", "--add-modules=", "--patch-module=", "--limit-modules="),
    *("--module-path=", "--upgrade-module-path=", "--illegal-access=", "--illegal-native-access="),
    *("--illegal-final-field-mutation=", "--sun-misc-unsafe-memory-access=", "--finalization="),
)
NOT_READ = frozenset({"-X", "-Xdiag"})  # help of the java command

# They run code, open ports, write files or take all memory, next to an IDE that may be running with the same.
ACTING = (
    *("-javaagent:", "-agentlib:", "-agentpath:", "-Xrun", "-Xloggc:", "-Xshare:dump", "-Dcom.sun.management."),
    *("-XX:StartFlightRecording", "-XX:FlightRecorderOptions", "-XX:ArchiveClassesAtExit=", "-XX:AOTMode="),
    *("-XX:AOTCacheOutput=", "-XX:AOTConfiguration=", "-XX:+AutoCreateSharedArchive", "-XX:+AlwaysPreTouch"),
    *("-XX:OnError=", "-XX:OnOutOfMemoryError=", "-XX:+LogVMOutput", "-XX:LogFile=", "-XX:+LogCompilation"),
    *("-XX:+ManagementServer", "-XX:DumpLoadedClassList=", "-XX:+DumpSharedSpaces"),
)
STREAMS = ("", "stdout", "stderr", "async")


def family(option: str) -> str:
    """The name of what ``option`` sets; options that add to each other are families of their own."""
    if match := FLAG.fullmatch(option):
        return _flag_family(option, match["name"])
    if option in MODES:
        return "-Xint"
    if option.startswith("-D"):
        return option.partition("=")[0]
    word, equals, _ = option.partition("=")
    if equals and word in SINGLE_WORDS:
        return word
    return next((size for size in SIZES if option.startswith(size)), option)


def _flag_family(option: str, name: str) -> str:
    if is_collector(option):
        return COLLECTOR
    if name in ADDING_FLAGS:
        return option
    return ALIASES.get(name, f"-XX:{name}")


def flag_name(option: str) -> str | None:
    """``UseZGC`` for ``-XX:+UseZGC``; ``None`` for an option that is no flag."""
    match = FLAG.fullmatch(option)
    return match["name"] if match else None


def is_collector(option: str) -> bool:
    """Whether ``option`` chooses a collector. ``-XX:-UseG1GC`` does not: it only rules one out."""
    return option.startswith("-XX:+") and flag_name(option) in COLLECTORS


def ruled_out(option: str) -> str:
    """``-XX:-UseZGC`` for ``-XX:+UseZGC``."""
    return option.replace("-XX:+", "-XX:-", 1)


def size_bytes(option: str) -> int | None:
    """The bytes that ``-Xmx4g`` or ``-XX:MaxHeapSize=4g`` names; ``None`` where HotSpot would not take the number."""
    name = next((size for size in SIZES if option.startswith(size)), None)
    text = option[len(name) :] if name else option.partition("=")[2]
    match = SIZE.fullmatch(text)
    if match is None:
        return None
    return int(match[1], 16 if match[1][:2] in ("0x", "0X") else 10) << UNITS[match[2].lower()]


def zgc_options(major: int) -> tuple[str, ...]:
    """What gives generational ZGC where there is one.

    ZGenerational is new in 21, its own default in 23 (and deprecated), without effect since 24, where the JVM warns.
    """
    if major < ZGC_MAJOR:
        why = tr("Java {major} has no ZGC ready for use", major=major)
        raise RefusedError("no-zgc", why, tr("Choose a runtime of Java 17 or later."))
    return ("-XX:+UseZGC", ZGENERATIONAL) if major in (21, 22) else ("-XX:+UseZGC",)


def is_read_by_jvm(option: str) -> bool:
    """Whether the JVM reads ``option`` at all."""
    return option.startswith(READ_BY_JVM) and option not in NOT_READ


def acts(option: str) -> bool:
    """Whether a start with ``option``, be it only to ask for the version, leaves traces or disturbs others."""
    return option.startswith(ACTING) or _logs_to_file(option)


def _logs_to_file(option: str) -> bool:
    """``-Xlog:what:output``; the output is a file unless it is one of the streams."""
    word, *parts = option.split(":")
    return word == "-Xlog" and len(parts) > 1 and parts[1] not in STREAMS
