"""Texts about programs that cannot be started, and files that may not be opened.

Sources: src/syscall of go1.27.3, execve(2), GNU coreutils and bash; the kernel's words are the same under every shell.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, Words, says, text
from idecare.doctor.explain.inspect_modules import owner
from idecare.doctor.explain.inspect_programs import apple_silicon, gos, program, target

PATH = r"(?P<path>(?:/|\$|[A-Za-z]:\\)[^\n]*?)"
CACHE_PATH = r"(?P<path>(?:/|\$|[A-Za-z]:\\|\.\./)[^\n:'‘’]*?(?:pkg/mod|go-build|MODCACHE|GOCACHE|go/pkg)[^\n:'‘’]*)"

# dyld of macOS 12 and later begins with dyld[PID] and puts the library's UUID before its path.
SYMBOL = (
    r"dyld\S*:[^\n]*?Symbol not found: \(?(?P<symbol>_[\w$.]+)\)?(?:\s+Referenced from:[^\n]*\s+Expected in:\s+"
    r"(?:<[\w-]+> )?(?P<library>/[^\n]*\S))?"
)


def _is_of_system(words: Words) -> bool:
    return words.get("library", "").startswith(("/System/", "/usr/lib/"))


def _is_not_of_system(words: Words) -> bool:
    return not _is_of_system(words)


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
    KnownError(
        "glibc-too-old",
        82,
        (
            text(
                "GLIBC_",
                r"version [`'‘]GLIBC_(?P<version>[\d.]+)['’] not found(?: \(required by (?P<program>[^)\n]+)\))?",
                False,
            ),
        ),
        "The program[ {program}|] was built on a newer Linux than this one: it wants glibc [{version}|of a newer "
        "release].",
        "With cgo (net and os/user too) a Go program is linked with the C library of the machine that built it.",
        "Build it in an image as old as the oldest target, or without C: CGO_ENABLED=0 (or -tags netgo,osusergo).",
        checks=("cgo",),
        settings=("CGO_ENABLED",),
        reference="golang/go#57328",
    ),
    KnownError(
        "no-loader-for-program",
        76,
        (
            text(
                "no such file or directory", r"(?<![\w/])exec (?P<program>/[\w./-]+): no such file or directory", False
            ),
            text(
                "no such file or directory",
                r'exec: "(?P<program>/[\w./-]+)": stat \S+: no such file or directory',
                False,
            ),
            text(": not found", r"(?m)^(?:/bin/)?(?:sh|ash): (?:\d+: )?(?P<program>\.?/[\w./-]+): not found", False),
            text(
                ": No such file or directory",
                r"(?m)^(?:/bin/)?(?:bash|zsh): (?:line \d+: "
                r")?(?P<program>\.?/[\w./-]+): No such file or directory",
                False,
            ),
            text(
                "cannot execute: required file not found",
                r"(?P<program>\S+): cannot execute: required file not "
                r"found",
                True,
            ),
            text("exec user process caused: no such file or directory"),
            text('exec user process caused "no such file or directory"'),
        ),
        "The container cannot start [{program}|its program]: the file is not there, or it is, and the loader that it "
        "names is "
        "not (a program linked with glibc in an Alpine, distroless or scratch image).",
        "The kernel's message is the same for both.",
        "CGO_ENABLED=0 go build, or the same base image for both stages; check the path of COPY and ENTRYPOINT, and "
        "that the "
        "file is for linux.",
        checks=("cgo",),
        settings=("CGO_ENABLED",),
    ),
    KnownError(
        "macos-quarantine",
        70,
        (
            text("cannot be opened because the developer cannot be verified"),
            text("is damaged and can’t be opened"),
            text("is damaged and can't be opened"),
            text("Apple could not verify"),
        ),
        "macOS keeps a downloaded program from starting, because it is not signed by a known developer.",
        "Whatever a browser downloads gets a mark; programs that go builds here do not have it.",
        "If you trust where it is from: xattr -d com.apple.quarantine FILE; or install it with go install or Homebrew.",
        checks=("arm64",),
    ),
    KnownError(
        "macos-killed",
        72,
        (text("zsh: killed", r"zsh: killed +(?P<program>\S+)", True), text("Killed: 9")),
        "macOS ended [{program}|the program] at once: its signature is not valid any more, mostly as the file was "
        "changed or "
        "copied over.",
        "Programs for Apple silicon must be signed; the linker signs, and strip, install_name_tool or cp over a "
        "running file "
        "break it.",
        "Remove the file and build or install it again (rm first, then cp); or codesign -f -s - FILE.",
        checks=("arm64",),
        reference="golang/go#42684",
    ),
    KnownError(
        "dyld-library-missing",
        70,
        (says("Library not loaded: {path}"),),
        "The program needs the library {path}, which is not there.",
        "It was linked with cgo against a library that Homebrew has since updated or removed, or for another "
        "processor.",
        "brew reinstall the formula of it, then build the program again (go build -a, or idecare clean gocache).",
        checks=("cgo/folders", "arm64"),
    ),
    KnownError(
        "system-symbol-missing",
        72,
        (text("Symbol not found: ", SYMBOL, False),),
        "The program needs a newer macOS: {library} of this one does not have {symbol}.",
        "A Go release works on the macOS versions that were supported when it came out; programs that it builds call "
        "what those have. A library compiled on a newer macOS does the same.",
        "Update macOS; or build with an older Go, and C code with CGO_CFLAGS=-mmacosx-version-min=VERSION.",
        checks=("go/support",),
        guards=(_is_of_system,),
        reference="golang/go#52112",
    ),
    KnownError(
        "dyld-symbol-missing",
        71,
        (text("Symbol not found: ", SYMBOL, False),),
        "The program calls {symbol}, which [{library}|the library that macOS found for it] does not have.",
        "[{library} was changed since the program was linked, or is of another version than it was linked with.|The "
        "line `Expected in:` names the library: below /System or /usr/lib the program needs a newer macOS, elsewhere "
        "the library was changed since the program was linked.]",
        "[Reinstall what {library} belongs to (brew reinstall FORMULA), then build the program again with go build "
        "-a.|Of the system: update macOS, or build with an older Go. Else reinstall that library and build the program "
        "again with go build -a.]",
        checks=("go/support", "cgo/folders"),
        guards=(_is_not_of_system,),
    ),
    KnownError(
        "shared-library-missing",
        68,
        (says("error while loading shared libraries: {file}: cannot open shared object file"),),
        "The program needs {file}, which the loader does not find here.",
        "It was built with cgo on a machine that has it.",
        "Install the library's package (apt-file search {file}), or build without C: CGO_ENABLED=0.",
        checks=("cgo",),
        settings=("CGO_ENABLED",),
    ),
)
