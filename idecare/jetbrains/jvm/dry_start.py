"""What an IDE's start would be like once its edits are made: the options, the runtime, and what it makes of them."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.reading import read_file
from idecare.jetbrains.jvm import Accepted, AcceptedWithWarnings, Verdict
from idecare.jetbrains.launcher import Launch, simulate
from idecare.jetbrains.launcher.files import Option, file_to_edit
from idecare.jetbrains.launcher.home import Descriptor, LaunchFailure
from idecare.jetbrains.launcher.options import EffectiveOptions
from idecare.jetbrains.launcher.runtime import (
    ChosenRuntime,
    NoRuntime,
    choose_runtime,
    java_file,
    library_file,
    runtime_file,
)

FORMAT = 1


@frozen
class Proof:
    """One start of one IDE, tried. ``failure``: the launcher gives up before a JVM is started."""

    launch: Launch | None
    verdict: Verdict | None = None
    failure: LaunchFailure | None = None
    remembered: bool = False

    @property
    def options(self) -> tuple[Option, ...]:
        if self.launch is None or isinstance(self.launch.options, LaunchFailure):
            return ()
        return self.launch.options.options

    @property
    def runtime(self) -> ChosenRuntime | None:
        found = self.launch.runtime if self.launch else None
        return found if isinstance(found, ChosenRuntime) else None


# Files as they will be: the bytes, or None for one that will be gone.
Future = Mapping[Path, bytes | None]


def prove(host: Host, install: Path, future: Future) -> Proof:
    """Start the runtime that the launcher would choose, with the options that it would give it after the edits."""
    launch = launch_after(host, install, future)
    if isinstance(launch, LaunchFailure):
        return Proof(None, failure=launch)
    if isinstance(launch.options, LaunchFailure):
        return Proof(launch, failure=launch.options)
    if not isinstance(launch.runtime, ChosenRuntime):
        return Proof(launch, failure=launch.runtime)
    memory = JvmMemory(host.own.cache / "jvm", launch.descriptor.home.path)
    home, options = launch.runtime.home, launch.options.options
    known = memory.recall(host, home, options)
    if known is not None and not known.left_out:
        return Proof(launch, known, remembered=True)
    from idecare.jetbrains.jvm.start import dry_run, missing_agent  # not needed for most of what is remembered

    if known is not None and not any(missing_agent(host, home, option) for option in known.left_out):
        return Proof(launch, known, remembered=True)
    verdict = dry_run(host, home, options)
    _remember(memory.file(home), memory.record(host, home, options, verdict))
    return Proof(launch, verdict)


def _remember(file: Path, record: bytes | None) -> None:
    if record is not None:
        from idecare.system.filesystem import write_atomic

        with suppress(OSError):  # the next run asks the JVM again
            write_atomic(file, record)


def launch_after(host: Host, install: Path, future: Future) -> Launch | LaunchFailure:
    """The start as it will be. The variable by which a user points the launcher at another file takes the place of a VM
    options file that is not written yet."""
    now = simulate(host, install)
    if isinstance(now, LaunchFailure) or not future:
        return now
    descriptor = now.descriptor
    options_file = file_to_edit(host, descriptor)
    content = next((content for path, content in future.items() if _is_same(path, options_file)), None)
    runtime = _runtime_after(host, descriptor, future)
    if content is None:
        return replace(now, runtime=runtime)
    with _written(host, content) as stand_in:
        environment = {**host.environment, f"{descriptor.variable}_VM_OPTIONS": str(stand_in)}
        then = simulate(replace(host, environment=environment), install)
    if isinstance(then, LaunchFailure):
        return then
    return replace(_renamed(then, str(stand_in), str(options_file)), runtime=runtime)


def _runtime_after(host: Host, descriptor: Descriptor, future: Future) -> ChosenRuntime | NoRuntime:
    """The runtime that is chosen once the file which names one is as it will be."""
    file = runtime_file(host, descriptor)
    if file not in future:
        return choose_runtime(host, descriptor)
    content = future[file]
    return choose_runtime(host, descriptor, lambda _: _present(content))


def _present(content: bytes | None) -> bytes:
    if content is None:
        raise FileNotFoundError
    return content


def _is_same(path: Path, other: Path) -> bool:
    return os.path.realpath(path) == os.path.realpath(other)


@contextmanager
def _written(host: Host, content: bytes) -> Iterator[Path]:
    from idecare.system.filesystem import remove_file, write_atomic

    path = host.own.cache / f"proof-{os.getpid()}.vmoptions"
    write_atomic(path, content)
    try:
        yield path
    finally:
        remove_file(path)


def _renamed(launch: Launch, stand_in: str, path: str) -> Launch:
    """The start with the real file's name wherever the stand-in's is."""
    if isinstance(launch.options, LaunchFailure):
        failure = launch.options
        place = failure.place.replace(stand_in, path) if failure.place else None
        return replace(launch, options=LaunchFailure(failure.message.replace(stand_in, path), place))
    return replace(launch, options=_with_name(launch.options, stand_in, path))


def _with_name(found: EffectiveOptions, stand_in: str, path: str) -> EffectiveOptions:
    options = tuple(
        replace(option, text=option.text.replace(stand_in, path), source=option.source.replace(stand_in, path))
        for option in found.options
    )
    return replace(found, options=options, user_file=Path(path))


@frozen
class JvmMemory:
    """The memory of one IDE's runs. It names the file to write and what it should hold, and never writes."""

    folder: Path
    ide_home: Path

    def file(self, home: Path) -> Path:
        name = f"{home}:{self.ide_home}".encode(errors="surrogateescape")
        return self.folder / f"{zlib.crc32(name):08x}.jvm"

    def recall(self, host: Host, home: Path, options: Sequence[Option]) -> Accepted | AcceptedWithWarnings | None:
        """The verdict on exactly these options by exactly this runtime, if it was an acceptance."""
        try:
            values = json.loads(read_file(self.file(home)))
            if values["key"] != _key(host, home, options):
                return None
            ignored, left_out = (tuple(options[at] for at in values[name]) for name in ("ignored", "left_out"))
            warnings = tuple(values["warnings"])
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return None
        return AcceptedWithWarnings(warnings, ignored, left_out) if warnings else Accepted(ignored, left_out)

    def record(self, host: Host, home: Path, options: Sequence[Option], verdict: Verdict) -> bytes | None:
        """What the file should hold after a run; ``None`` when there is nothing to remember."""
        if not isinstance(verdict, Accepted | AcceptedWithWarnings):
            return None
        values = {
            "key": _key(host, home, options),
            "ignored": [options.index(option) for option in verdict.ignored],
            "left_out": [options.index(option) for option in verdict.left_out],
            "warnings": list(verdict.warnings) if isinstance(verdict, AcceptedWithWarnings) else [],
        }
        return json.dumps(values).encode()


def _key(host: Host, home: Path, options: Sequence[Option]) -> list[object]:
    """The runtime as its files are, and the options in their order."""
    files = (home / "release", java_file(host, home), library_file(host, home))
    return [FORMAT, str(home), [_stamp(file) for file in files], [option.text for option in options]]


def _stamp(file: Path) -> list[int]:
    try:
        status = os.stat(file)
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]
