"""Texts about programs that cannot be started, and files that may not be opened.

Sources: src/syscall of go1.27.3, execve(2), GNU coreutils and bash; the kernel's words are the same under every shell.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, text
from idecare.doctor.explain.inspect_modules import owner
from idecare.doctor.explain.inspect_programs import apple_silicon, gos, program, target

PATH = r"(?P<path>(?:/|\$|[A-Za-z]:\\)[^\n]*?)"
CACHE_PATH = r"(?P<path>(?:/|\$|[A-Za-z]:\\|\.\./)[^\n:'‘’]*?(?:pkg/mod|go-build|MODCACHE|GOCACHE|go/pkg)[^\n:'‘’]*)"

PROGRAMS = (
    KnownError(
        id="exec-format-error",
        weight=80,
        texts=(
            text("exec format error", r"(?:fork/exec |exec: \"?)?(?P<program>/[^\n:\"]+)\"?: exec format error"),
            text("Exec format error", r"(?P<program>/[^\n:]+): (?:cannot execute binary file: )?Exec format error"),
            text("cannot execute binary file", r"(?P<program>/[^\n:]+): cannot execute binary file"),
            text(
                "Fehler im Format der Programmdatei", r"(?P<program>/[^\n:]+): [^\n]*Fehler im Format der Programmdatei"
            ),
        ),
        meaning="{program} is not built for this machine: another processor, another system, or no program at all.",
        why="The kernel reads the header of a program file and starts what it has a processor for.",
        fix="See `file {program}` and `go env GOOS GOARCH`; build without GOOS and GOARCH set.",
        checks=("arm64", "go", "delve", "cgo/dockerfile-target"),
        inspections=(program, target),
    ),
    KnownError(
        id="bad-cpu-type",
        weight=80,
        texts=(text("bad CPU type in executable", r"(?:(?P<program>/[^\n:]+): )?bad CPU type in executable"),),
        meaning="{program} is an x86-64 program, and this Mac with Apple silicon has no Rosetta to translate it.",
        why="macOS starts such a program only after Rosetta was installed; a native build needs neither.",
        fix="Install the arm64 build: of Go from https://go.dev/dl (darwin-arm64), of tools with `go install` by "
        "that Go.",
        checks=("arm64",),
        inspections=(apple_silicon, program, gos),
    ),
    KnownError(
        id="permission-denied",
        weight=70,
        texts=(
            text("permission denied", CACHE_PATH + r": permission denied", alone=False),
            text("ermission denied", rf"'?{CACHE_PATH}'?: [Pp]ermission denied", alone=False),
            text("Keine Berechtigung", rf"'?{CACHE_PATH}'?[^\n]*: Keine Berechtigung", alone=False),
            text("Access is denied", CACHE_PATH + r": Access is denied", alone=False),
        ),
        meaning="Something in go's caches cannot be opened or written by you: nearly always because go ran once as "
        "root "
        "(`sudo go …`, a container), seldom because of rm on folders that go makes read-only.",
        why="go writes its caches as whoever runs it; folders of the module cache are read-only by design.",
        fix='See whose it is with `ls -ld`; give it back with `sudo chown -R "$(id -un)"`. To empty the module cache, '
        "`idecare clean modcache` in place of rm.",
        checks=("go", "caches"),
        inspections=(owner,),
    ),
    KnownError(
        id="no-space",
        weight=85,
        texts=(text("no space left on device", rf"{PATH}: no space left on device"),),
        meaning="The disk is full. What follows from it (bad zip files, broken caches) looks worse than it is.",
        why="go, gopls and IDEs write caches of gigabytes; a file that could not be written whole is damaged.",
        fix="`idecare usage` shows what takes how much, `idecare clean --now` frees it at once.",
        checks=("caches",),
    ),
    KnownError(
        id="no-locks",
        weight=75,
        texts=(
            text("no locks available"),
            text("unction not implemented", r"\bR?Lock (?P<file>\S+): [Ff]unction not implemented", alone=False),
        ),
        meaning="The file system of the module cache, or of the module, has no working file locks.",
        why="go locks go.mod, go.sum and each module version while it works; NFS without a lock service, WSL's 9P "
        "shares "
        "and memory cards cannot (golang/go#49894, #37461, #48572).",
        fix="Move the cache to a local disk: go env -w GOMODCACHE=/a/local/folder",
        checks=("go", "caches"),
    ),
)
