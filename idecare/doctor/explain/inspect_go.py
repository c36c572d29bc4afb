"""SnapshotReader at Go itself: its standard library, its build cache, its settings, who else is at work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from idecare.core.commands import command_text
from idecare.core.errors import nearest
from idecare.core.host import Host
from idecare.core.humanize import count_text
from idecare.core.language import tr
from idecare.doctor.explain.base import Clue, Inspection, Words
from idecare.doctor.go_facts import foreign_files
from idecare.golang.environment import CACHE_FOLDER, GoEnvironment, GoValue, go_environment, gocache_problem
from idecare.golang.goflags import module_mode
from idecare.golang.installs import installs
from idecare.system.files import child_folders, children, read_text
from idecare.system.processes import inspect_processes

EMPTIED = tr(
    "The package is there: something emptied the build cache (GOCACHE) while this command ran, and "
    "go then misreads its own lists. Nothing is wrong with Go or with your code."
)
AGAIN = tr(
    "Run the same command again. Clear the cache with `idecare clean gocache`, which spares what a "
    "build may be reading; `go clean -cache` and `rm -rf` do not check whether one runs."
)


def named_import(host: Host, words: Words) -> Iterator[Clue]:
    """Whether the file of the text holds the import that go says it has; where not, go's index of it is stale."""
    if not words.get("file"):
        return
    path = host.cwd / words["file"]
    text, package = read_text(path), words["package"]
    if text is None or path.suffix != ".go":
        return
    if f'"{package}"' in text:
        yield Clue(tr("{path} has this import", path=path))
        return
    yield Clue(
        tr("{path} has no import of {package}", path=path, package=package),
        tr(
            "{file} does not import {package}: go's index of this package in the build cache is stale.",
            file=words["file"],
            package=package,
        ),
        tr(
            "go keeps what it read of a package by name, size and time of its files; a file that was "
            "rewritten with the same size and time (generators, git, copies) is not read again."
        ),
        tr(
            "Touch the file ({command}), or run `idecare clean gocache`; then the same command again.",
            command=command_text("touch", words["file"]),
        ),
    )


def std_package(host: Host, words: Words) -> Iterator[Clue]:
    """Whether the standard package that go did not find is there: then its cache was emptied under it."""
    folder = Path(words.get("dir", ""))
    if not folder.is_absolute() or "src" not in folder.parts:
        return
    if problem := gocache_problem(go_environment(host)):
        yield Clue(problem, tr("go has no build cache, and so it cannot read its lists of the standard library."))
        return
    package = words["package"]
    sources = [path for path in children(folder) if path.suffix == ".go"]
    if sources:
        yield Clue(
            tr("{folder} is there, with {count} of Go", folder=folder, count=count_text(len(sources), "file")),
            EMPTIED,
            tr(
                "A go command remembers entries of the cache by their paths and opens them later; the cache has "
                "no lock."
            ),
            AGAIN,
        )
    elif not os.path.isdir(root := _source_root(folder, package)):
        yield Clue(
            tr("there is no {path}", path=root),
            tr("The Go that said this is not there any more: {folder} has no src folder.", folder=root.parent),
            tr("GOROOT still names a Go that was removed or updated, or an update ran at that moment."),
            tr("See `idecare locate installs` and `go env GOROOT`; remove a GOROOT that you set yourself."),
        )
    else:
        yield from _unknown_package(host, root, package)


def _source_root(folder: Path, package: str) -> Path:
    depth = len(Path(package).parts)
    return folder.parents[depth - 1] if depth <= len(folder.parents) else folder


def _unknown_package(host: Host, root: Path, package: str) -> Iterator[Clue]:
    yield Clue(tr("{root} has no package {package}", root=root, package=package))
    newer = [install for install in installs(host) if os.path.isdir(install.path / "src" / package)]
    if newer:
        places = ", ".join(f"{one.version} ({one.path})" for one in newer)
        yield Clue(
            tr("it is part of {places}", places=places),
            tr("{package} is part of a newer Go than the one that ran.", package=package),
            tr("Each IDE and shell may use another Go of this machine."),
            tr("Let them use the newer one, or give go.mod a `go` line that asks for it."),
        )
        return
    names = [folder.name for folder in child_folders(root)]
    yield Clue(
        "",
        tr(
            "There is no standard package {package}.{did_you_mean}",
            package=package,
            did_you_mean=nearest(package.split("/")[0], names),
        ),
        tr("go takes an import path whose first element has no dot for one of the standard library."),
        tr("Correct the import; a package of your own module is imported by the module's path and its folder."),
    )


def goroot_files(host: Host, words: Words) -> Iterator[Clue]:
    """Which release the root says it is, and files in it that this release does not have."""
    root = Path(words.get("root", ""))
    if not words.get("root") or not os.path.isfile(root / "VERSION"):
        return
    found = read_text(root / "VERSION") or ""
    yield Clue(tr("{file} says {release}", file=root / "VERSION", release=found.split()[0] if found else tr("nothing")))
    yield from (
        Clue(tr("{file} is of {release}", file=root / file, release=release)) for file, release in foreign_files(root)
    )


def build_cache(host: Host, words: Words) -> Iterator[Clue]:
    """Whether the entry, and the cache it was in, are there now."""
    named = Path(words.get("file", ""))
    if not CACHE_FOLDER.fullmatch(named.parent.name):
        return
    # go names it from the folder that it ran in, which need not be this one
    cache = named.parents[1] if named.is_absolute() else Path(go_environment(host).gocache.value)
    folders = sum(1 for path in child_folders(cache) if CACHE_FOLDER.fullmatch(path.name))
    if os.path.exists(cache / named.parent.name / named.name):
        yield Clue(tr("{cache} has this entry again", cache=cache))
    elif not os.path.isdir(cache):
        yield Clue(tr("there is no {path} any more", path=cache))
    else:
        yield Clue(tr("{cache} has {count} of its 256 folders now, and not this entry", cache=cache, count=folders))


def at_work(host: Host, words: Words) -> Iterator[Clue]:
    """What of Go runs at this moment."""
    running = [process for process in inspect_processes().go if process.pid != os.getpid()]
    if running:
        yield Clue(tr("at work now: {names}", names=", ".join(process.label for process in running[:5])))


def settings(*names: str) -> Inspection:
    """The values of go settings that are set, and by whom."""

    def inspect(host: Host, words: Words) -> Iterator[Clue]:
        environment = go_environment(host)
        for name in names:
            found = environment.lookup(name)
            if found.value:
                yield Clue(f"{name}={found.value} ({found.source})")

    return inspect


def unset_text(environment: GoEnvironment, name: str, found: GoValue) -> str:
    """What takes a setting back: `go env -u` reaches the env file alone, never a variable of a process."""
    if environment.host.variable(name):
        return tr(
            "unset {name} in the environment (shell profile, Dockerfile, CI file, or the IDE's own settings)", name=name
        )
    return f"go env -u {name}"


def writes_go_mod(host: Host, words: Words) -> Iterator[Clue]:
    """Whether every go command may write go.mod, and who runs."""
    flags = go_environment(host).lookup("GOFLAGS")
    if module_mode(flags.value) == "mod":
        yield Clue(
            f"GOFLAGS={flags.value} ({flags.source})",
            tr(
                "Two programs changed go.mod in the same moment, and here every go command may do that: GOFLAGS "
                "has -mod=mod, so the `go list` of an IDE in the background writes go.mod and go.sum too."
            ),
            fix=tr(
                "Take it back: {command}; then run `go mod tidy` again.",
                command=unset_text(go_environment(host), "GOFLAGS", flags),
            ),
        )
    yield from at_work(host, words)
