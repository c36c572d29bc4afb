"""Texts of C compilers under cgo, and of Apple's tools.

Sources: src/cmd/go/internal/work/exec.go of go1.27.3, gcc and clang as run; a compiler speaks the user's language, so
a missing header is recognised by the shape of the line: place, a word, the header, a reason.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, says, text
from idecare.doctor.explain.inspect_cgo import architecture_flag, compiler_flags, developer_tools, header
from idecare.doctor.explain.inspect_go import settings
from idecare.doctor.explain.inspect_programs import target

HEADER = (
    r"[^\s:]+:\d+(?::\d+)?:? [^:\n]{0,60}: ['‘]?(?P<header>[\w+./-]+\.h(?:pp|h)?)['’]? ?"
    r"(?::| file not found) ?[^\n]*"
)

CGO = (
    KnownError(
        id="missing-header",
        weight=60,
        texts=(
            text(".h: No such file or directory", r"(?P<header>[\w+./-]+\.h): No such file or directory"),
            text("file not found", r"fatal error: '(?P<header>[\w+./-]+)' file not found", alone=False),
            text(".h:", HEADER, alone=False),
            text(".h :", HEADER, alone=False),
        ),
        meaning="The C compiler does not find {header}: the development files of a C library are not installed, or not "
        "for the machine that is built for. Go and your Go code are not at fault.",
        why="A Go package with cgo needs the library's headers at build time; `go get` brings none of them.",
        fix="Install the library's development package.",
        checks=("cgo",),
        inspections=(header, target),
    ),
    KnownError(
        id="invalid-arch-name",
        weight=65,
        texts=(text("invalid arch name", r"invalid arch name '(?:-arch )?(?P<arch>[^'\n]+)'"),),
        meaning="Something passes [`-arch {arch}`|another name of a processor] to Apple's clang, which knows x86_64 "
        "and arm64 only, not Go's names.",
        why="go itself passes `-arch x86_64` or `-arch arm64` on a Mac; the other comes from CC, CGO_CFLAGS, "
        "CGO_LDFLAGS or "
        "a build script.",
        fix="Write x86_64 for amd64 and arm64 for aarch64, or leave the flag out and set GOARCH.",
        checks=("cgo", "arm64"),
        inspections=(architecture_flag,),
    ),
    KnownError(
        id="arch-flag-elsewhere",
        weight=64,
        texts=(
            text(
                "unrecognized command-line option",
                r"unrecognized command-line option ['‘](?P<arch>-arch)['’]",
                alone=False,
            ),
        ),
        meaning="`-arch` is an option of Apple's clang, and this compiler is another.",
        why="Flags copied from a Mac, or GOOS=darwin with cgo and the C compiler of this machine.",
        fix="Set CC to a compiler for macOS (o64-clang, zig cc), or build with CGO_ENABLED=0.",
        checks=("cgo",),
        inspections=(compiler_flags, target),
    ),
    KnownError(
        id="xcode-tool-missing",
        weight=70,
        texts=(
            text("xcrun: error: unable to find utility", r'unable to find utility "(?P<tool>[^"\n]+)"'),
            text("requires Xcode, but active developer directory", r"tool '(?P<tool>[^'\n]+)' requires Xcode"),
        ),
        meaning="{tool} is part of the full Xcode, and only the command line tools are installed or selected.",
        why="Building and debugging Go needs the command line tools alone; what wants {tool} is a build script, "
        "gomobile "
        "or a package for Apple's platforms.",
        fix="Install Xcode from the App Store, then: sudo xcode-select -s /Applications/Xcode.app/Contents/Developer",
        checks=("cgo",),
        inspections=(developer_tools,),
    ),
    KnownError(
        id="xcode-path-gone",
        weight=75,
        texts=(text("invalid active developer path"), text("xcode-select: note: No developer tools were found")),
        meaning="Apple's command line tools are not there: a system update removes them, or they were never installed.",
        why="cc, git and others in /usr/bin only call them; cgo and dlv need them.",
        fix="xcode-select --install",
        checks=("cgo",),
        inspections=(developer_tools,),
    ),
    KnownError(
        id="wrong-assembler",
        weight=65,
        texts=(text("Error: no such instruction:"), text("unrecognized instruction mnemonic")),
        meaning="The C compiler is for another processor than GOARCH: cgo still uses the compiler of this machine.",
        why="With CGO_ENABLED=1 and another GOARCH, go does not choose a cross compiler by itself.",
        fix="Set CC (and CXX) for the target, such as CC=aarch64-linux-gnu-gcc, or build with CGO_ENABLED=0.",
        checks=("cgo",),
        inspections=(compiler_flags, target),
    ),
    KnownError(
        id="object-of-other-processor",
        weight=64,
        texts=(
            text(
                "file in wrong format",
                r"(?P<file>[^\s:]+): (?:error adding symbols: )?file in wrong format",
                alone=False,
            ),
            says("{file}: file not recognized: file format not recognized"),
            text(
                "architecture of input file",
                r"(?P<arch>[\w:-]+) architecture of input file [`'](?P<file>[^'\n]+)' is incompatible with "
                r"(?P<target>[\w:-]+) output",
                alone=False,
            ),
            text("is incompatible with", r"ld\.lld: error: (?P<file>\S+) is incompatible with (?P<target>\w+)", False),
            text(
                "attempting to link with file built for",
                r"(?:ignoring file '?(?P<file>[^\n,']+)'?, )?building for '?macOS-(?P<target>\w+)'?,? but attempting "
                r"to "
                r"link with file built for '?macOS-(?P<arch>\w+)",
                alone=False,
            ),
            text(
                ", required architecture '",
                r"ignoring file '?(?P<file>[^\n']+)'?: found architecture '(?P<arch>[^'\n]+)', required architecture "
                r"'(?P<target>[^'\n]+)'",
                alone=False,
            ),
            text(
                "missing required architecture",
                r"ignoring file '?(?P<file>[^\n,']+)'?, missing required architecture (?P<target>\w+)",
                alone=False,
            ),
        ),
        meaning="The linker does not take [{file}|a file]: it is built for another processor or system[ ({arch})|] "
        "than "
        "[{target}|the program].",
        why="The C compiler or the library is for this machine and GOARCH is another; or the library is of the other "
        "Homebrew (/opt/homebrew is for arm64, /usr/local for x86_64).",
        fix="Install the library for the processor that is built for, or set CC for the target; `file "
        "[{file}|FILE]` says what it is for. Objects that go cached with another compiler go with `go build -a`.",
        checks=("cgo/compiler", "cgo/folders", "arm64"),
        settings=("CC", "GOARCH", "CGO_LDFLAGS"),
        inspections=(target,),
    ),
    KnownError(
        id="no-c-compiler",
        weight=65,
        texts=(text("cgo: C compiler ", r'cgo: C compiler "(?P<tool>[^"\n]+)" not found', alone=False),),
        hides=("no-loader-for-program",),
        meaning="There is no C compiler {tool} on PATH, and the package needs one.",
        why="CC, or the default for this GOOS (clang for darwin, gcc elsewhere), names it.",
        fix="Install it (Debian: sudo apt install build-essential; macOS: xcode-select --install), set CC, or build "
        "with "
        "CGO_ENABLED=0.",
        checks=("cgo",),
        inspections=(compiler_flags, target),
    ),
    KnownError(
        id="cgo-off",
        weight=55,
        texts=(
            text(
                "build constraints exclude all Go files in", r"build constraints exclude all Go files in (?P<dir>\S+)"
            ),
        ),
        meaning="No file of {dir} is for this build: mostly cgo is silently off, or GOOS, GOARCH or tags leave "
        "nothing.",
        why="go turns cgo off when GOOS or GOARCH differ from its own, even if CC is set, and where no C compiler is "
        "found.",
        fix="See `go env CGO_ENABLED GOOS GOARCH`; set CGO_ENABLED=1 and a CC for the target if the package needs C.",
        checks=("cgo", "go"),
        inspections=(settings("CGO_ENABLED", "CC"), target),
    ),
    KnownError(
        id="library-not-found",
        weight=62,
        texts=(
            says("cannot find -l{library}"),
            says("library not found for -l{library}"),
            says("library '{library}' not found"),
            says("framework not found {library}"),
            says("unable to find library -l{library}"),
        ),
        meaning="The linker does not find the C library {library}.",
        why="A #cgo LDFLAGS line of a package asks for it; it is not installed, or not for the processor that is "
        "built for, or "
        "in a folder that the linker does not search (Homebrew's).",
        fix="Install its development package; for a folder of its own: CGO_LDFLAGS=-L/FOLDER/lib. In Alpine static "
        "libraries "
        "are in -static packages.",
        checks=("cgo/folders", "cgo/pkg-config"),
        settings=("CGO_LDFLAGS", "PKG_CONFIG_PATH"),
        inspections=(target,),
        hides=("linker-undefined",),
    ),
    KnownError(
        id="c-library-files-missing",
        weight=66,
        texts=(
            says("cannot find Scrt1.o: No such file or directory"),
            says("cannot find crti.o: No such file or directory"),
            says("cannot find crt1.o: No such file or directory"),
            text("cannot find 'ld'"),
            text("loadinternal: cannot find runtime/cgo"),
        ),
        meaning="There is a C compiler, and not what it links with: the C library's own files or the linker are "
        "missing.",
        why="Alpine's gcc package brings no musl-dev and no linker of its own for arm64 (golang passes -fuse-ld=gold "
        "there); "
        "slim images lack libc6-dev.",
        fix="apk add build-base (arm64 also binutils-gold), or apt-get install build-essential; or build without C: "
        "CGO_ENABLED=0.",
        checks=("cgo/compiler",),
        settings=("CGO_ENABLED", "CC"),
        hides=("library-not-found",),
        reference="golang/go#22040",
    ),
    KnownError(
        id="linker-undefined",
        weight=54,
        texts=(
            says("undefined reference to `{name}'"),
            says("undefined reference to '{name}'"),
            text(
                "Undefined symbols for architecture",
                r"Undefined symbols for architecture (?P<arch>\w+):(?:\s+\"(?P<name>[^\"\n]+)\")?",
                False,
            ),
            text(
                "ld: symbol(s) not found for architecture",
                r"symbol\(s\) not found for architecture (?P<arch>\w+)",
                False,
            ),
        ),
        meaning="The linker does not find what C code calls[: {name}|].",
        why="A library is missing from #cgo LDFLAGS, is of another version or processor[ than {arch}|], or C files "
        "of the package "
        "are left out by build tags.",
        fix="Install the library for this processor and in the version that the package asks for, then `go build "
        "-a`; C++ needs "
        "-lstdc++ in CGO_LDFLAGS.",
        checks=("cgo/folders", "cgo/compiler"),
        settings=("CGO_LDFLAGS", "CC"),
        inspections=(target,),
    ),
    KnownError(
        id="cgo-flag-refused",
        weight=58,
        texts=(
            says("invalid flag in #cgo {name}: {flag}"),
            says("invalid flag in pkg-config: {flag}"),
            says("invalid flag in pkg-config --{kind}: {flag}"),
            says("invalid pkg-config package name: {name}"),
        ),
        meaning="go does not pass [{flag}|this flag] to the C compiler: it is not on the list of flags that are "
        "known to be safe.",
        why="A #cgo line or a .pc file of a dependency could make the compiler run programs (go.dev/s/invalidflag).",
        fix="If you trust it: CGO_CFLAGS_ALLOW or CGO_LDFLAGS_ALLOW with an expression for it; in your own package, "
        "remove it.",
        checks=("cgo",),
    ),
    KnownError(
        id="c-files-without-cgo",
        weight=57,
        texts=(
            says("C source files not allowed when not using cgo or SWIG: {file}"),
            says("package using cgo has Go assembly file {file}"),
        ),
        meaning="The folder has C or assembly files which this build cannot take[: {file}|].",
        why='C files need a Go file with import "C", and cgo must be on; in a package with cgo, .s files are the C '
        "compiler's.",
        fix="CGO_ENABLED=1 with a C compiler, or move those files to a folder of their own.",
        checks=("cgo/off", "cgo/compiler"),
        settings=("CGO_ENABLED", "CC"),
    ),
    KnownError(
        id="foreign-compiler-option",
        weight=63,
        texts=(
            says("unrecognized command-line option '-m{bits}'"),
            says("unrecognized command-line option ‘-m{bits}’"),
            says("error: unsupported option '{option}' for target '{platform}'"),
            text(
                "error: unrecognized argument in option",
                r"unrecognized argument in option ['‘](?P<option>[^'’]+)['’]",
                False,
            ),
        ),
        meaning="The C compiler is for another processor than go builds for: it does not know [-m{bits}|{option}].",
        why="go passes -m64 or -marm by GOARCH; CC is still the compiler of this machine, or that of another target.",
        fix="Set CC (and CXX) to the compiler of the target, or build with CGO_ENABLED=0.",
        checks=("cgo/compiler",),
        settings=("CC", "GOARCH", "GOOS"),
        inspections=(target,),
    ),
    KnownError(
        id="duplicate-libraries-warning",
        weight=4,
        texts=(
            text("ld: warning: ignoring duplicate libraries"),
            text("ld: warning: -bind_at_load is deprecated"),
            text("ld: warning: -no_pie is deprecated"),
            text("was built for newer 'macOS' version"),
            text("was built for newer macOS version"),
        ),
        meaning="Harmless: a warning of Apple's linker. The program was linked.",
        why="Newer linkers warn of what go and cgo packages pass to them.",
        fix="Nothing; -ldflags=-extldflags=-Wl,-w silences it.",
        checks=("cgo",),
    ),
    KnownError(
        id="xcode-licence",
        weight=76,
        texts=(
            text("You have not agreed to the Xcode license agreements"),
            text("Agreeing to the Xcode/iOS license requires admin"),
        ),
        meaning="Apple's compilers refuse to run until somebody has accepted Xcode's licence again.",
        why="Each update of Xcode asks for it.",
        fix="sudo xcodebuild -license accept",
        checks=("cgo/sdk",),
    ),
    KnownError(
        id="pkg-config",
        weight=60,
        texts=(
            text(
                "was not found in the pkg-config search path",
                r"Package (?P<package>\S+?),? was not found in the pkg-config search path",
            ),
        ),
        meaning="pkg-config does not know {package}: its development package is not installed, or lies elsewhere.",
        why="pkg-config searches for {package}.pc in its own folders and in PKG_CONFIG_PATH; for another architecture "
        "in PKG_CONFIG_LIBDIR.",
        fix="Install the development package, or set PKG_CONFIG_PATH to the folder with {package}.pc.",
        checks=("cgo",),
        inspections=(compiler_flags,),
    ),
    KnownError(
        id="dysymtab-warning",
        weight=5,
        texts=(text("has malformed LC_DYSYMTAB"),),
        meaning="Harmless: Apple's linker warns of an object file of Go's race detector.",
        why="golang/go#65940 and #75274, Go 1.22 to 1.25 with -race.",
        fix="Nothing, or a newer Go; -ldflags=-extldflags=-Wl,-w silences it.",
        checks=("go",),
    ),
    KnownError(
        id="lc-uuid",
        weight=90,
        texts=(text("missing LC_UUID load command"),),
        meaning="The program was built with Go 1.23 or older, and macOS 26 does not start such programs.",
        why="Those linkers write no LC_UUID (golang/go#68678).",
        fix="Build it again with Go 1.24 or later; with 1.22.9+ and 1.23.3+ also by -ldflags=-B=gobuildid.",
        checks=("go", "arm64"),
    ),
)
