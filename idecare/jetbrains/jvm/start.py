"""Whether a Java runtime starts with a list of options: found out by a throw-away ``java … -version``.

JetBrains' launcher loads the JVM into its own process with unknown options ignored (XPlatLauncher, java.rs). The java
command with -XX:+IgnoreUnrecognizedVMOptions takes and refuses the same, as seen with OpenJDK 17, 21 and 25, except for
the words that only the java command itself knows: those are not handed to it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.reading import open_file
from idecare.formats.jvm_options import acts, flag_name, is_read_by_jvm
from idecare.jetbrains.jvm import Accepted, AcceptedWithWarnings, NotRunnable, Refused, Verdict
from idecare.jetbrains.jvm.run import Answer, run_java
from idecare.jetbrains.launcher.files import Option
from idecare.jetbrains.launcher.runtime import java_file, library_file

IGNORE_UNKNOWN = "-XX:+IgnoreUnrecognizedVMOptions"
# A run must leave nothing behind: no crash log beside the runtime or in the home folder, no core, no heap dump.
NO_TRACES = ("-XX:+ErrorFileToStdout", "-XX:-CreateCoredumpOnCrash", "-XX:-HeapDumpOnOutOfMemoryError")
LIMIT_SECONDS = 30.0  # the IDE gives a runtime as much before it offers it (RuntimeChooserJreValidator, 2024)
MOST_IGNORED = 20
LIBRARY_FOLDERS = ("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib")
WARNING = re.compile(r"VM warning: |\]\[warning\]|^warning: ", re.IGNORECASE | re.MULTILINE)
# What follows on other lines, "Did you mean ...", may name another option of the list.
UNKNOWN = re.compile(r"^Unrecognized (?:VM )?option.*", re.MULTILINE)
EMPTY_PHRASES = ("Error: Could not create the Java Virtual Machine.", "Error: A fatal exception has occurred.")
MOST_LINES = 20
NUMBER = re.compile(r"0x[0-9a-f]+|[0-9]+")
SHORTEST_NAME = 4


@frozen
class _Trial:
    """One runtime and how it is to be run."""

    host: Host
    home: Path
    limit_seconds: float

    def run(self, options: Sequence[Option], ignore_unknown: bool) -> Answer | NotRunnable:
        first = (IGNORE_UNKNOWN,) if ignore_unknown else ()
        arguments = (*first, *(option.text for option in options), *NO_TRACES, "-version")
        return run_java(self.host, java_file(self.host, self.home), arguments, self.home, self.limit_seconds)

    def refuses(self, options: Sequence[Option], ignore_unknown: bool, text: str) -> bool:
        """Whether the JVM refuses ``options`` for the same reason."""
        answer = self.run(options, ignore_unknown)
        return isinstance(answer, Answer) and answer.code != 0 and _first(_reason(answer)) == _first(text)


def dry_run(
    host: Host,
    home: Path,
    options: Sequence[Option],
    *,
    ignore_unknown: bool = True,
    limit_seconds: float = LIMIT_SECONDS,
) -> Verdict:
    """What the runtime at ``home`` makes of ``options``.

    ``ignore_unknown``: as the launcher has it; without, an unknown option is a refusal.
    """
    trial = _Trial(host, home, limit_seconds)
    left_out = tuple(option for option in options if acts(option.text))
    tried = tuple(option for option in options if is_read_by_jvm(option.text) and not acts(option.text))
    answer = trial.run(tried, ignore_unknown)
    if isinstance(answer, NotRunnable):
        return answer
    if not os.path.isfile(library := library_file(host, home)):
        text = tr("the IDE's launcher would load {library}, which is not there", library=library)
        return NotRunnable("broken", text)
    if answer.code != 0:
        return _refused(trial, tried, ignore_unknown, answer, left_out)
    if absent := next(filter(None, (missing_agent(host, home, option) for option in left_out)), None):
        return replace(absent, left_out=tuple(option for option in left_out if option not in absent.options))
    ignored = _ignored(trial, tried) if ignore_unknown else ()
    warnings = tuple(line for line in answer.text.splitlines() if WARNING.search(line))
    return AcceptedWithWarnings(warnings, ignored, left_out) if warnings else Accepted(ignored, left_out)


def missing_agent(host: Host, home: Path, option: Option) -> Refused | None:
    """An agent is not started, for it runs code next to an IDE that may be running. But where its file is absent, or is
    no agent, the JVM ends before the IDE begins."""
    kind, _, rest = option.text.partition(":")
    named = rest.partition("=")[0]
    if kind == "-javaagent" and os.path.isabs(named):
        fault = _jar_fault(Path(named)) or _library_fault(host, home, "instrument")
    elif kind == "-agentpath" and os.path.isabs(named):
        fault = "" if os.path.isfile(named) else f"Could not find agent library {named} in absolute path"
    elif kind == "-agentlib" and named and "/" not in named:
        fault = _library_fault(host, home, named)
    else:
        return None
    return Refused(fault, (option,)) if fault else None


def _jar_fault(jar: Path) -> str:
    """As java.instrument says it (InvocationAdapter.c, JDK 17 to 25)."""
    import zipfile

    try:
        with open_file(jar) as file, zipfile.ZipFile(file) as archive:
            manifest = archive.read("META-INF/MANIFEST.MF")
    except (OSError, KeyError, zipfile.BadZipFile):
        return f"Error opening zip file or JAR manifest missing : {jar}"
    has_premain = any(line.lower().startswith(b"premain-class:") for line in manifest.splitlines())
    return "" if has_premain else f"Failed to find Premain-Class manifest attribute in {jar}"


def _library_fault(host: Host, home: Path, name: str) -> str:
    """A library that is neither the runtime's nor in a folder where the system's loader searches."""
    form = {"macos": "lib{}.dylib", "windows": "{}.dll"}.get(host.platform.name, "lib{}.so").format(name)
    own = home / ("bin" if host.platform.name == "windows" else "lib")
    searched = host.environment.get("LD_LIBRARY_PATH", "").split(os.pathsep) if host.platform.name != "windows" else []
    places = (own, *map(Path, filter(None, searched)), *map(Path, LIBRARY_FOLDERS))
    if host.platform.name == "windows" or any(os.path.isfile(place / form) for place in places):
        return ""
    return f"Could not find agent library {name} on the library path"


def _refused(
    trial: _Trial, tried: tuple[Option, ...], ignore_unknown: bool, answer: Answer, left_out: tuple[Option, ...]
) -> Refused | NotRunnable:
    bare = trial.run((), ignore_unknown)
    if isinstance(bare, NotRunnable):
        return bare
    if bare.code != 0:
        return NotRunnable("broken", _reason(bare))
    text = _reason(answer)

    rejected = find_rejected_options(tried, text, lambda options: trial.refuses(options, ignore_unknown, text))
    return Refused(text, rejected, left_out)


def _ignored(trial: _Trial, tried: tuple[Option, ...]) -> tuple[Option, ...]:
    """The options that this JVM does not know, in its own words: it names one a run."""

    known = [option for option in tried if option.text != IGNORE_UNKNOWN]
    ignored: list[Option] = []
    for _ in range(MOST_IGNORED):
        answer = trial.run(known, ignore_unknown=False)
        message = UNKNOWN.search(answer.text) if isinstance(answer, Answer) else None
        texts = {option.text for option in named_in(known, message.group())} if message else set()
        if not texts:
            break
        ignored += [option for option in known if option.text in texts]
        known = [option for option in known if option.text not in texts]
    return tuple(ignored)


def _reason(answer: Answer) -> str:
    """The lines that say why; warnings only where there is nothing else."""
    lines = [line.strip("# \t\r") for line in answer.text.splitlines() if not line.startswith(EMPTY_PHRASES)]
    said = [line for line in lines if line]
    reason = [line for line in said if not WARNING.search(line)] or said
    return "\n".join(reason[:MOST_LINES]) or tr("java ends with exit code {code}", code=answer.code)


def _first(text: str) -> str:
    """Enough of a message to distinguish it from others; times, addresses and process ids differ from run to run."""
    return NUMBER.sub("0", "\n".join(text.splitlines()[:2]))


def find_rejected_options(
    options: Sequence[Option], text: str, refuses: Callable[[Sequence[Option]], bool]
) -> tuple[Option, ...]:
    """One option, or the two that do not go together; nothing when the refusal does not come again.

    ``refuses`` says whether the JVM refuses these options with the same ``text``.
    """
    named = named_in(options, text)
    if named and refuses(named):
        return named
    return _halved(options, refuses) if refuses(options) else ()


def named_in(options: Sequence[Option], text: str) -> tuple[Option, ...]:
    """The one option that ``text`` quotes or whose flag it names: the last line of it. Two candidates are none."""
    for spellings in (_whole, _name):
        found = {key: option for option in options for key in [spellings(option.text)] if key and _occurs(key, text)}
        if len(found) == 1:
            return tuple(found.values())
    return ()


def _whole(option: str) -> str | None:
    """The option as a message quotes it: flags without ``-XX:`` and sign."""
    return option.removeprefix("-XX:").lstrip("+-") if option.startswith("-XX:") else option


def _name(option: str) -> str | None:
    return flag_name(option) or option.partition("=")[0].partition(":")[0]


def _occurs(key: str, text: str) -> bool:
    return len(key) >= SHORTEST_NAME and re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", text) is not None


def _halved(options: Sequence[Option], refuses: Callable[[Sequence[Option]], bool]) -> tuple[Option, ...]:
    """The shortest refused beginning ends with one of the two; its shortest refused end begins with the other."""
    end = _first_true(range(1, len(options) + 1), lambda size: refuses(options[:size]))
    start = _first_true(range(end), lambda skipped: refuses(options[end - 1 - skipped : end]))
    return tuple(_distinct((options[end - 1 - start], options[end - 1])))


def _first_true(numbers: range, holds: Callable[[int], bool]) -> int:
    """The first number from which ``holds`` is true. It is taken to hold for the last one."""
    low, high = 0, len(numbers) - 1
    while low < high:
        middle = (low + high) // 2
        if holds(numbers[middle]):
            high = middle
        else:
            low = middle + 1
    return numbers[low]


def _distinct(options: Iterable[Option]) -> Iterable[Option]:
    return dict.fromkeys(options)
