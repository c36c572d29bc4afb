"""A build with C: whether cgo is on, which compiler it starts and for which machine, which folders its flags name.

Source: cmd/go of go1.27.3 (internal/cfg/cfg.go, cfg/zdefaultcc.go, work/exec.go).
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import mark, tr
from idecare.core.locations import DEFAULT
from idecare.core.platforms import LINUX, MACOS, WINDOWS
from idecare.golang.cgo.files import CgoUse, find_cgo
from idecare.golang.environment import GoEnvironment, GoValue
from idecare.system.run import ask

SYSTEMS = {LINUX.name: "linux", MACOS.name: "darwin", WINDOWS.name: "windows"}
DEFAULT_COMPILERS = {"CC": {"darwin": "clang"}, "CXX": {"darwin": "clang++"}}
GNU_COMPILERS = {"CC": "gcc", "CXX": "g++"}
TARGET_OPTION = re.compile(r"--?target[= ](\S+)")
SHIMS = Path("/usr/bin")  # on macOS they may answer with a dialog
LIMIT_SECONDS = 5
FLAG_VARIABLES = ("CGO_CPPFLAGS", "CGO_CFLAGS", "CGO_CXXFLAGS", "CGO_LDFLAGS")
FOLDER_FLAGS = ("-I", "-L", "-F", "--sysroot=", "-isysroot", "-isystem", "--sysroot")
PKG_CONFIG_LISTS = ("PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR")
# First words of a target triple.
MACHINES = {
    **dict.fromkeys(("x86_64", "amd64"), "amd64"),
    **dict.fromkeys(("aarch64", "arm64", "arm64e", "aarch64_be"), "arm64"),
    **dict.fromkeys(("i386", "i486", "i586", "i686"), "386"),
    **dict.fromkeys(("riscv64", "s390x", "mips64", "mips", "ppc64"), ""),
}


@frozen
class Compiler:
    """One of CC and CXX. ``path`` is ``None`` where there is no such program; ``triple`` is what it compiles for,
    where it was asked."""

    variable: str
    command: str
    set_by: GoValue
    path: Path | None
    triple: str | None = None

    @property
    def source(self) -> str:
        return self.set_by.source if self.is_set else DEFAULT

    @property
    def is_set(self) -> bool:
        return bool(self.set_by.value)

    @property
    def target(self) -> tuple[str | None, str | None]:
        """GOOS and GOARCH of the triple, ``None`` for what idecare does not know."""
        return triple_target(self.triple or "")


@frozen
class CgoSetup:
    """``goos`` and ``goarch`` are what is built for, ``own_goarch`` what the go command itself is built for.

    ``enabled``: whether go builds C; ``why`` says what decides it. ``use``: what of the module needs C.
    """

    goos: str
    goarch: str
    own_goos: str
    own_goarch: str
    enabled: bool
    why: str
    is_set: bool
    compiler: Compiler
    use: CgoUse = field(default_factory=CgoUse)

    @property
    def is_cross(self) -> bool:
        return (self.goos, self.goarch) != (self.own_goos, self.own_goarch)


def inspect_cgo(
    host: Host, environment: GoEnvironment, own_architectures: Sequence[str], module: Path | None
) -> CgoSetup:
    """Read the variables and find the programs. A compiler is asked for its target only where one was named, or
    another machine than this one is built for."""
    own_goos = SYSTEMS[host.platform.name]
    own_goarch = own_architectures[0] if len(own_architectures) == 1 else host.machine
    goos, goarch = environment.lookup("GOOS"), environment.lookup("GOARCH")
    target = goos.value or own_goos, goarch.value or own_goarch
    is_cross = target != (own_goos, own_goarch)
    compiler = find_compiler(host, environment, "CC", target[0])
    chosen = environment.lookup("CGO_ENABLED")
    enabled, why = _enabled(chosen, compiler, (goos, goarch) if is_cross else ())
    if enabled and compiler.path and (compiler.is_set or is_cross):
        compiler = _asked(host, environment, compiler)
    return CgoSetup(
        goos=target[0],
        goarch=target[1],
        own_goos=own_goos,
        own_goarch=own_goarch,
        enabled=enabled,
        why=why,
        is_set=bool(chosen.value),
        compiler=compiler,
        use=find_cgo(module, *target) if module else CgoUse(),
    )


def _enabled(chosen: GoValue, compiler: Compiler, cross: tuple[GoValue, ...]) -> tuple[bool, str]:
    """cfg.go: CGO_ENABLED, else on for the go command's own target while CC is set or the default is in PATH."""
    if chosen.value:
        return chosen.value == "1", tr("{source} is {value}", source=chosen.source, value=chosen.value)
    if cross:
        named = tr(" and ").join(value.source for value in cross if value.value)
        text = mark("another target is built for ({variables}), where cgo is off unless CGO_ENABLED=1")
        return False, tr(text, variables=named)
    if not compiler.is_set and compiler.path is None:
        return False, tr("there is no C compiler {command} in PATH", command=compiler.command)
    return True, tr("the default where the target is the go command's own")


def find_compiler(host: Host, environment: GoEnvironment, variable: str, goos: str) -> Compiler:
    """The program that CC or CXX names, else the default."""
    found = environment.lookup(variable)
    command = found.value or DEFAULT_COMPILERS[variable].get(goos, GNU_COMPILERS[variable])
    return Compiler(variable, command, found, find_program(host, words(command)[0]))


def words(command: str) -> list[str]:
    """The words of a command or of flags, as go splits them (internal/quoted)."""
    try:
        return shlex.split(command) or [command]
    except ValueError:
        return command.split() or [command]


def find_program(host: Host, name: str) -> Path | None:
    """What a shell would start under this name."""
    endings = ("", ".exe") if host.platform is WINDOWS else ("",)
    folders = (host.cwd,) if os.sep in name or os.path.isabs(name) else host.search_path
    candidates = (folder / f"{name}{ending}" for folder in folders for ending in endings)
    return next((path for path in candidates if os.path.isfile(path) and os.access(path, os.X_OK)), None)


def _asked(host: Host, environment: GoEnvironment, compiler: Compiler) -> Compiler:
    flags = f"{compiler.command} {environment.lookup('CGO_CFLAGS').value}"
    if named := TARGET_OPTION.search(flags):
        return replace(compiler, triple=named[1])
    if host.platform is MACOS and compiler.path and compiler.path.parent == SHIMS:
        return compiler
    return replace(compiler, triple=_dump_machine(host, compiler))


def _dump_machine(host: Host, compiler: Compiler) -> str | None:
    first, *rest = words(compiler.command)
    if Path(first).stem in ("zig", "ccache", "sccache", "distcc"):
        return None  # they pass the question on to whatever comes next, or compile for this machine by themselves
    try:
        asked = ask([str(compiler.path), *rest, "-dumpmachine"], host.environment, LIMIT_SECONDS)
    except OSError:
        return None
    return (asked.stdout.strip() or None) if asked.returncode == 0 else None


def triple_target(triple: str) -> tuple[str | None, str | None]:
    """GOOS and GOARCH of ``aarch64-linux-gnu``, ``x86_64-w64-mingw32``, ``arm64-apple-darwin24.1.0``."""
    machine, _, rest = triple.partition("-")
    goarch = "arm" if machine.startswith("arm") and machine not in MACHINES else MACHINES.get(machine)
    named = [("mingw", "windows"), ("windows", "windows"), ("darwin", "darwin"), ("macos", "darwin")]
    named += [("android", "android"), ("linux", "linux")]
    goos = next((goos for word, goos in named if word in rest), None)
    return goos, goarch or None


@frozen
class FlagFolder:
    """A folder, the flag that names it, and the variable with its source."""

    flag: str
    path: Path
    source: str

    @property
    def is_sysroot(self) -> bool:
        return "sysroot" in self.flag


@frozen
class PkgConfig:
    """``command`` is what go would start. ``missing``: what it says of packages it does not know."""

    command: str
    source: str
    path: Path | None
    missing: str = ""


def flag_folders(host: Host, environment: GoEnvironment) -> Iterator[FlagFolder]:
    """The absolute folders named in the flags that the user has set, and in pkg-config's lists."""
    for name in FLAG_VARIABLES:
        found = environment.lookup(name)
        for flag, path in _folders(words(found.value) if found.value else []):
            yield FlagFolder(flag, path, found.source)
    for name in PKG_CONFIG_LISTS:
        for part in (host.variable(name) or "").split(host.platform.list_separator):
            if os.path.isabs(part):
                yield FlagFolder(name, Path(part), tr("{variable} in the environment", variable=name))


def _folders(flags: list[str]) -> Iterator[tuple[str, Path]]:
    for number, flag in enumerate(flags):
        name = next((name for name in FOLDER_FLAGS if flag.startswith(name)), None)
        if name is None:
            continue
        value = flag.removeprefix(name) or (flags[number + 1] if number + 1 < len(flags) else "")
        if os.path.isabs(value):
            yield name.rstrip("="), Path(value)


def inspect_pkg_config(host: Host, environment: GoEnvironment, packages: tuple[str, ...]) -> PkgConfig:
    """Find pkg-config and, where the module names packages, ask it for them."""
    named = environment.lookup("PKG_CONFIG")
    command = named.value or "pkg-config"
    path = find_program(host, words(command)[0])
    missing = _missing(host, path, packages) if path and packages else ""
    return PkgConfig(command, named.source if named.value else DEFAULT, path, missing)


def _missing(host: Host, path: Path, packages: tuple[str, ...]) -> str:
    try:
        asked = ask([path, "--exists", "--print-errors", *packages], host.environment, LIMIT_SECONDS)
    except OSError:
        return ""
    return "" if asked.returncode == 0 else (asked.stderr or asked.stdout).strip()
