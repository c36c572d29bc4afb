"""Texts about which Go runs: go lines, GOTOOLCHAIN, downloads of toolchains, and a GOROOT that holds two releases.

Sources: src/cmd/go/internal/{toolchain,gover,modload} and the script tests gotoolchain_*, work_sum_mismatch and others
of go1.26.8, run; golang/go issues as named.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, Words, says, text
from idecare.doctor.explain.inspect_go import goroot_files
from idecare.doctor.explain.inspect_programs import gos
from idecare.golang.toolchain import version_key

# The release that brought a directive to go.mod or go.work: release notes of 1.17, 1.21, 1.23, 1.24, 1.25.
DIRECTIVES = {"retract": "1.16", "toolchain": "1.21", "godebug": "1.23", "tool": "1.24", "ignore": "1.25"}


def is_newer(words: Words) -> bool:
    """The text is a refusal only where the Go that it asks for is newer than the one that ran."""
    wanted, ran = words.get("language"), words.get("go")
    return not wanted or not ran or _key(wanted) > _key(ran)


def _key(version: str) -> tuple[int, ...]:
    return version_key(f"go{version.removeprefix('go')}")


def directive_release(words: Words) -> Words:
    release = DIRECTIVES.get(words.get("directive", ""))
    return {"release": release} if release else {}


TOOLCHAIN = (
    KnownError(
        "go-work-too-low",
        84,
        (
            says("module {dir} listed in go.work file requires go >= {language}, but go.work lists go {go}"),
            says(
                "module {dir} listed in go.work file requires go >= {language}, but go.work implicitly requires go {go}"
            ),
        ),
        "go.work has the lower go line: it says {go}, and the module in {dir} asks for {language}. No Go is missing.",
        "The go line of go.work must be at least that of each module which it uses.",
        "go work use (it raises the line), or write `go {language}` in go.work.",
        checks=("go/work",),
        hides=("go-too-old",),
        guards=(is_newer,),
        reference="golang/go#66207",
    ),
    KnownError(
        "tool-needs-newer-go",
        83,
        (
            says("{module}@{version} requires go >= {language} (running go {go}; GOTOOLCHAIN={setting})"),
            says("{module}@{version} requires go >= {language} (running go {go})"),
        ),
        "{module} at {version} needs Go {language}; go {go} ran[, and GOTOOLCHAIN={setting} keeps it from fetching a "
        "newer "
        "one|].",
        "The official golang images set GOTOOLCHAIN=local; a Go before 1.21 fetches none at all.",
        "Use Go {language} or later (image, setup-go, IDE), allow it with GOTOOLCHAIN=auto, or take an older version "
        "of "
        "{module}.",
        checks=("go/toolchain",),
        settings=("GOTOOLCHAIN",),
        guards=(is_newer,),
        hides=("go-too-old",),
        reference="golang/vscode-go#3411",
    ),
    KnownError(
        "go-too-old",
        82,
        (
            says("requires go >= {language} (running go {go}; GOTOOLCHAIN={setting}"),
            says("requires go >= {language} (running go {go}; go.mod sets toolchain default"),
            says("requires go >= {language} (running go {go})"),
            says("requires go >= {language} (running {go}"),
            text("go.mod requires go >=", r"go\.mod requires go >= (?P<language>[\d.]+\w*)\s*$", alone=False),
            says("note: module requires Go {language}"),
        ),
        "Go {language} is required, and [go {go} ran, which|the go that ran] is older[ and may not fetch a "
        "newer one "
        "(GOTOOLCHAIN={setting})|].",
        "GOTOOLCHAIN=local (which the golang images set) or path forbids the download; so does `toolchain default` in "
        "go.mod. A Go before 1.21 knows no toolchains at all.",
        "Install Go {language} or later, or let go fetch it: {unset}.",
        checks=("go/toolchain",),
        inspections=(gos,),
        settings=("GOTOOLCHAIN",),
        guards=(is_newer,),
    ),
    KnownError(
        "go-line-unknown-to-old-go",
        83,
        (says("invalid go version '{language}': must match format"),),
        "A Go before 1.21 reads a go.mod that says `go {language}`, a form which only 1.21 and later know.",
        "Since 1.21 the go line may name a patch release; go.mod was written by a newer Go than the one that runs.",
        "Use Go 1.21 or later here (then it fetches what go.mod asks for), or write the line as two numbers if the "
        "old Go "
        "must stay.",
        checks=("go/toolchain",),
        inspections=(gos,),
        reference="golang/go#61888",
    ),
    KnownError(
        "unknown-directive",
        81,
        (
            says("unknown directive: {directive}"),
            says("unknown block type: {directive}"),
            says('unknown godebug "{key}"'),
        ),
        "[The go that ran does not know the line `{directive}` of this file: it came with Go {release}.|A line of "
        "go.mod or "
        "go.work is none that this go knows.]",
        "A newer Go wrote the file, or the word is misspelt; an older go refuses the whole file.",
        "[Use Go {release} or later here, or remove the line|Correct the line that the text names].",
        checks=("go",),
        inspections=(gos,),
        derive=directive_release,
        reference="golang/go#62278",
    ),
    KnownError(
        "toolchain-not-available",
        83,
        (
            says("download {go} for {platform}: toolchain not available"),
            says("download {go}: toolchain not available"),
            text(
                ": no matching versions for query",
                r"\b(?:go|toolchain)@(?P<go>[\w.]+): no matching versions for",
                False,
            ),
        ),
        "The toolchain {go} is not to be had[ for {platform}|]: no release of that name exists, or the proxy in "
        "GOPROXY does "
        "not have it.",
        "From 1.21 on a release has three numbers: go1.23 is a language version, go1.23.0 the first toolchain of it. A "
        "release may also not exist yet, or the proxy in GOPROXY may not have it.",
        "Name a release of go.dev/dl with its patch number in the go or toolchain line, or install that Go and set "
        "GOTOOLCHAIN=local.",
        checks=("go/toolchain",),
        settings=("GOTOOLCHAIN", "GOPROXY"),
        reference="golang/go#62278",
    ),
    KnownError(
        "toolchain-is-language-version",
        82,
        (says("invalid toolchain: {go} is a language version but not a toolchain version"),),
        "{go} is the name of a language version; a toolchain has a patch number, such as {go}.0.",
        "The two have different names since Go 1.21.",
        "Write {go}.0 or a later patch in GOTOOLCHAIN or in the toolchain line of go.mod.",
        checks=("go/toolchain",),
        settings=("GOTOOLCHAIN",),
        reference="golang/go#66175",
    ),
    KnownError(
        "toolchain-name-invalid",
        81,
        (says('invalid GOTOOLCHAIN "{setting}"'), says('invalid toolchain "{setting}" in go.mod')),
        "{setting} is no name of a toolchain: allowed are local, path, auto, goX.Y.Z, and goX.Y.Z+auto or +path.",
        "go reads GOTOOLCHAIN and the toolchain line before it does anything else, so each command fails.",
        "Correct the toolchain line of go.mod, or {unset}.",
        checks=("go/toolchain",),
        settings=("GOTOOLCHAIN",),
    ),
    KnownError(
        "toolchain-not-in-path",
        81,
        (says('cannot find "{go}" in PATH'),),
        "go needs {go} and may take it from PATH only, where no program of that name is.",
        "GOTOOLCHAIN=path (or …+path) allows no download; the programs are those that `go install "
        "golang.org/dl/{go}@latest` "
        "makes.",
        "go install golang.org/dl/{go}@latest && {go} download; or allow downloads: {unset}.",
        checks=("go/toolchain",),
        settings=("GOTOOLCHAIN",),
    ),
    KnownError(
        "toolchain-sumdb-off",
        86,
        (says("verifying module: checksum database disabled by GOSUMDB=off"),),
        "go wants to fetch a newer toolchain and may not: toolchains are always checked against the checksum "
        "database, and "
        "GOSUMDB=off forbids that.",
        "go.sum and GOPRIVATE do not count for toolchains.",
        "{unset}; for private modules set GOPRIVATE instead. Or install that Go by hand.",
        checks=("go/sumdb", "go/toolchain"),
        settings=("GOSUMDB", "GOTOOLCHAIN"),
        reference="golang/go#68782",
    ),
    KnownError(
        "gosumdb-invalid",
        86,
        (
            says("invalid GOSUMDB: {reason}"),
            says("invalid GOSUMDB URL: {reason}"),
            says("invalid sumdb name (must be host[/path]): {name}"),
            text("verifying module: missing GOSUMDB"),
        ),
        "GOSUMDB is set to what is neither the name of a checksum database nor `off`.",
        "It is a host, perhaps with +KEY and a URL behind it; `on`, `true` or `1` are none.",
        "{unset}: the default is sum.golang.org.",
        checks=("go/sumdb",),
        settings=("GOSUMDB",),
        reference="aws/jsii#5044",
    ),
    KnownError(
        "toolchain-switch-loop",
        80,
        (text("too many toolchain switches"), says("toolchain {go} invoked to provide {language}")),
        "The program that go started as [{language}|the wanted toolchain] is another version, which starts it again: a "
        "wrapper or copy under a wrong name in PATH.",
        "go searches PATH for a program named after the toolchain before it downloads one.",
        "Remove or rename that program ([which {language}|`which -a go1.N.P`]); GOTOOLCHAIN=local ends the loop at "
        "once.",
        checks=("go/toolchain",),
        settings=("GOTOOLCHAIN",),
    ),
    KnownError(
        "toolchain-tree-broken",
        80,
        (
            text(
                "golang.org/toolchain@v0.0.1-",
                r"(?:stat|fork/exec|open) (?P<path>\S*golang\.org/toolchain@v0\.0\.1-(?P<go>go[\w.]+?)\.\w+-\w+/\S*): "
                r"no such file or directory",
                alone=False,
            ),
        ),
        "The downloaded toolchain {go} in the module cache is not whole: {path} is missing.",
        "A clean-up removed part of it, or a disk was full while it was extracted; go takes the folder for complete.",
        "Remove that one folder while no go runs (chmod -R u+w first), and go fetches it again; `idecare repair` "
        "names what "
        "else is not whole.",
        checks=("caches/modules",),
        hides=("no-such-tool",),
    ),
    KnownError(
        "dl-wrapper-not-downloaded",
        70,
        (says("{go}: not downloaded. Run '{go} download' to install to {dir}"),),
        "{go} is only the wrapper of golang.org/dl; the Go itself has not been downloaded to {dir}.",
        "`go install golang.org/dl/{go}@latest` installs the wrapper alone.",
        "{go} download",
        checks=("go/installs",),
    ),
    KnownError(
        "no-such-tool",
        72,
        (says('go: no such tool "{tool}"'),),
        "This Go brings no tool {tool}: from 1.25 on several are built when they are first needed, and a toolchain "
        "that "
        "another go switched to may not find them.",
        "A go line that is newer than the installed Go makes it run a downloaded toolchain; with 1.25 that lost "
        "covdata "
        "(golang/go#75031).",
        "Install the Go that go.mod asks for, so that none is switched to; or set GOTOOLCHAIN to that version with "
        "+auto.",
        checks=("go/toolchain",),
        inspections=(gos,),
        reference="golang/go#75031",
    ),
    KnownError(
        "version-mismatch",
        88,
        (
            text(
                "does not match go tool version",
                r'compile: version "(?P<version>[^"\n]+)" does not match go tool version "(?P<go>[^"\n]+)"',
            ),
        ),
        "Two Go installs are mixed: [the compiler is {version}, the go command {go}|the compiler and the go command "
        "are of "
        "two versions].",
        "GOROOT is set (by hand or a version manager) to one install, and `go` on PATH is of another; or an update "
        "left "
        "old files behind.",
        "Let go find its own root: {unset}. Never unpack a Go over another.",
        checks=("go/goroot", "go/mixed-release"),
        inspections=(gos,),
        settings=("GOROOT",),
    ),
    KnownError(
        "goroot-of-two-releases",
        89,
        (
            text(
                "redeclared in this block",
                r"(?P<root>(?:/|[A-Za-z]:\\)[^\s:]*?)[/\\]src[/\\](?P<package>(?:runtime|internal|syscall|reflect|sync|crypto|os"
                r"|net|math|time|unicode|strings|bytes|cmd|go|encoding|maps|slices)(?:[/\\][\w/\\]*)?)[/\\](?P<file>\w+\.go):"
                r"\d+:\d+: (?P<name>[\w.]+) redeclared in this block",
                alone=False,
            ),
            text(
                "_darwin_arm_init_mach_exception_handler",
                r"_?_darwin_arm_init_mach_exception_handler",
            ),
        ),
        "[The Go in {root}|This Go] holds files of two releases: one was unpacked over the other. Your code is not at "
        "fault.",
        "[{name} of package {package} is declared twice, in files that never belong to one release.|A name is "
        "missing or "
        "declared twice, which happens in no single release.] `rm` of the old root before unpacking is step 1 of "
        "go.dev/doc/install.",
        "Remove the whole folder [{root}|that `go env GOROOT` names], then unpack one release.",
        checks=("go/mixed-release",),
        inspections=(goroot_files,),
        reference="golang/go#46936",
    ),
    KnownError(
        "goroot-not-found",
        85,
        (
            says("cannot find GOROOT directory: {dir}"),
            says("go: cannot find GOROOT directory: {dir}: no such file or directory"),
            says("cannot find GOROOT directory: 'go' binary is trimmed and GOROOT is not set"),
            text("go: GOROOT does not look like a Go installation"),
        ),
        "go does not find its own files: GOROOT names [{dir}, which is no Go|no Go], or this `go` was built to be "
        "used with "
        "GOROOT set.",
        "A GOROOT in a shell profile or an IDE outlives the Go that it named.",
        "{unset}: go finds its root by itself.",
        checks=("go/goroot",),
        inspections=(gos,),
        settings=("GOROOT",),
    ),
    KnownError(
        "language-version-too-low",
        66,
        (
            says("requires {language} or later (-lang was set to {go}; check go.mod)"),
            says("requires {language} or later (-lang was set to {go};"),
            says("requires newer Go version {language} or later (-lang was set to {go}"),
        ),
        "The code uses something of {language}, and go.mod (or a //go:build line of the file) says {go}.",
        "The go line is the language version that each file of the module is compiled as; no other Go is needed.",
        "go mod edit -go={language}, if the module may require that Go; else write the code without it.",
        checks=("go/toolchain",),
        guards=(is_newer,),
    ),
    KnownError(
        "go-line-exceeds-request",
        55,
        (
            says("requires go@{language}, but {go} is requested"),
            says("requires go@{language}, not go@{go}"),
        ),
        "A dependency needs Go {language}, and you asked for a go line of {go}.",
        "The go line of a module is never below that of a module it requires.",
        "Ask for go@{language}, or take an older version of the dependency that the text names.",
        checks=("go/toolchain",),
        hides=("version-conflict",),
    ),
)
