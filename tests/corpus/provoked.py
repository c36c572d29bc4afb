"""What programs of this machine print when they are given wrong options: JVMs, the C compiler and its linker."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LIMIT_SECONDS = 60
OPTIONS = """
-Xmx6gb|-Xmx|-Xmx1k|-Xmx999999g|-Xms4g -Xmx2g|-Xms4x|-Xss1k|-Xss|-Xss2g|-XX:+UseConcMarkSweepGC|-XX:+UseG1GC -XX:+UseZGC
-XX:+ZGenerational|-XX:UseZGC|-XX:UseG1GC=true|-XX:+SoftRefLRUPolicyMSPerMB=50|-XX:SoftRefLRUPolicyMSPerMB=x
-XX:ReservedCodeCacheSize=4g|-XX:ReservedCodeCacheSize=1k|-XX:ReservedCodeCacheSize=512x|-XX:CICompilerCount=1
-XX:ParallelGCThreads=x|-XX:ConcGCThreads=100|-XX:MaxPermSize=256m|-XX:+UseEpsilonGC|-XX:MaxJavaStackTraceDepth=-5
-XX:+UnknownThing|-XX:|-Xfoo|-Xlog:gc*:file=/dev/null/gc.log|-Xlog:foo|-Xloggc:/dev/null/gc.log|-javaagent:/dev/null/a.jar
-javaagent|-agentlib:nosuch|-agentlib:jdwp=foo|-Djava.system.class.loader=com.intellij.util.lang.PathClassLoader|--add-opens
--add-opens=java.base/java.lang|--add-modules=no.such.module|--illegal-access=permit|--module-path|-Xbootclasspath/p:/x.jar
-noverify|-d64|-foo|-jar /dev/null/a.jar|-XX:Flags=/dev/null/x|-XX:VMOptionsFile=/dev/null/x|@/dev/null/x
-XX:MaxRAMPercentage=150|-XX:MinHeapFreeRatio=90 -XX:MaxHeapFreeRatio=20|-XX:ObjectAlignmentInBytes=7
-XX:MaxMetaspaceSize=1k|-XX:TieredStopAtLevel=9|-XX:CompressedClassSpaceSize=8g|-XX:+FlightRecorder|-XX:+UseAVX
-XX:NonNMethodCodeHeapSize=1g|-XX:ReservedCodeCacheSize=64m -XX:InitialCodeCacheSize=128m|-Xshare:foo
"""
VERSION = re.compile(r"^(?:openjdk version|OpenJDK Runtime|OpenJDK 64-Bit Server VM [^w]|Picked up).*\n?", re.MULTILINE)
LEFT = (
    (r"requires (?:class|module) path specification|Unable to access jarfile", "java names the wrong word itself"),
    (r"Unrecognized VM option ''", "an option without a name: java shows what was typed"),
)
C_FILES = {
    "header.c": "#include <no_such_header.h>\n",
    "undefined.c": "int no_such_function(void); int main(void) { return no_such_function(); }\n",
    "fine.c": "int main(void) { return 0; }\n",
    "wrong.s": "\tstp x29, x30, [sp, -64]!\n",
    "foreign.o": "\x7fELF\x02\x01\x01" + "\0" * 9 + "\x01\0\xb7\0\x01" + "\0" * 43,
}
C_COMMANDS = """
gcc -c header.c|gcc undefined.c|gcc fine.c -lno_such_library|gcc -c wrong.s|gcc -arch arm64 fine.c|gcc -marm fine.c
gcc fine.c foreign.o|pkg-config --cflags no-such-package
"""


@dataclass(frozen=True)
class Provoked:
    command: str
    text: str


def of_jvms(javas: list[Path]) -> Iterator[Provoked]:
    for java in javas:
        for options in re.split(r"[|\n]", OPTIONS.strip()):
            text = VERSION.sub("", _output([str(java), *options.split(), "-version"], Path.cwd()))
            if text.strip():
                yield Provoked(f"{java} {options}", text)


def of_compilers(folder: Path) -> Iterator[Provoked]:
    for name, content in C_FILES.items():
        (folder / name).write_bytes(content.encode("latin-1"))
    for command in re.split(r"[|\n]", C_COMMANDS.strip()):
        if text := _output(command.split(), folder).strip():
            yield Provoked(command, text)


def reason_to_leave(text: str) -> str:
    return next((reason for pattern, reason in LEFT if re.search(pattern, text)), "")


def _output(command: list[str], folder: Path) -> str:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LIMIT_SECONDS,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr
