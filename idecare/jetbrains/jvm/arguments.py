"""Which options are the JVM's own, and which ones do something beyond the process that is started with them."""

from __future__ import annotations

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


def is_read_by_jvm(option: str) -> bool:
    """Whether the JVM looks at ``option`` at all."""
    return option.startswith(READ_BY_JVM) and option not in NOT_READ


def acts(option: str) -> bool:
    """Whether a start with ``option``, be it only to ask for the version, leaves traces or disturbs others."""
    return option.startswith(ACTING) or _logs_to_file(option)


def _logs_to_file(option: str) -> bool:
    """``-Xlog:what:output``; the output is a file unless it is one of the streams."""
    word, *parts = option.split(":")
    return word == "-Xlog" and len(parts) > 1 and parts[1] not in STREAMS
