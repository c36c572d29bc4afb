"""Texts of programs that read Go code: gopls, linters, generators; mostly built with another Go than the module's.

Sources: golang.org/x/tools (go/packages, internal/gcimporter, gopls 0.20), go/types of go1.26.8, staticcheck 2025.1,
golangci-lint 2.x, as quoted in the issues named.
"""

from __future__ import annotations

import re

from idecare.doctor.explain.base import KnownError, Words, says, text
from idecare.doctor.explain.inspect_programs import gos, tools_built_with
from idecare.golang.toolchain import version_key

REBUILD = (
    "Build the tool again with the newer Go: GOTOOLCHAIN=[{release}|goX.Y.Z] go install TOOL@latest (plain go "
    "install may "
    "pick the older one, as the tool's own go line decides), or take a newer release of it; then restart the "
    "language server."
)


def wanted_release(words: Words) -> Words:
    """The first release of the language version that is wanted: since 1.21 it ends in .0 (go.dev/doc/toolchain)."""
    language = words.get("language", "").removeprefix("go")
    if not re.fullmatch(r"\d+\.\d+(\.\d+)?", language):
        return {}
    is_first = language.count(".") == 1 and version_key(f"go{language}") >= version_key("go1.21")
    return {"release": f"go{language}.0" if is_first else f"go{language}"}


TOOLS = (
    KnownError(
        "tool-built-with-older-go",
        86,
        (
            says("package requires newer Go version {language} (application built with {go})"),
            text(
                "package requires newer Go version", r"package requires newer Go version go(?P<language>[\d.]+)", False
            ),
            says("file requires newer Go version {language} (application built with {go})"),
            says("module requires at least {language}, but Staticcheck was built with {go}"),
            says(
                "the Go language version ({go}) used to build golangci-lint is lower than the targeted Go version "
                "({language})"
            ),
            says('invalid Go version "{language}" (should be something like'),
            says("module requires Go version {language} or later, but the tool was built with {go}"),
            text(
                "application built with",
                r"requires newer Go version go(?P<language>[\d.]+\w*) \(application built with go(?P<go>[\d.]+\w*)\)",
                False,
            ),
        ),
        "The tool that says this was built with [{go}|an older Go], and the module wants [{language}|a newer one]. "
        "The Go of the "
        "project is not at fault, and installing a newer one changes nothing for a tool that is built already.",
        "A tool carries the type checker of the Go that built it.",
        REBUILD,
        derive=wanted_release,
        checks=("go/tools",),
        inspections=(tools_built_with,),
        reference="golang/go#68258",
    ),
    KnownError(
        "export-data-newer",
        85,
        (
            text("unsupported version: "),
            text(
                "could not import",
                r"could not import (?P<package>\S+) \((?:internal error|unsupported|unknown|cannot "
                r"import)[^\n]*(?:version|export)",
                False,
            ),
            text(
                "internal error in importing",
                r'internal error in importing "(?P<package>[^"\n]+)" \((?:unsupported|unknown|cannot)[^\n]*version',
                False,
            ),
            text("newer than current export data version"),
            text(
                "without types was imported from",
                r'package "(?P<package>[^"\n]+)" without types was imported from',
                False,
            ),
            text("is of a newer version", r"export data is of a newer version", False),
            text("unknown export format version"),
            text("unknown iexport format version"),
        ),
        "A tool cannot read what the Go compiler wrote[ for {package}|]: it was built with a Go (or a "
        "golang.org/x/tools) older "
        "than the one that compiles.",
        "The compiler's export data changes with releases of Go; linters, generators (mockgen, wire, stringer) and "
        "gopls must "
        "be as new.",
        REBUILD.replace("[{release}|goX.Y.Z]", "goX.Y.Z"),
        checks=("go/tools",),
        inspections=(tools_built_with,),
        reference="golang/go#68311",
        guards=(lambda words: True,),
    ),
    KnownError(
        "std-seen-by-old-tool",
        83,
        (
            text(
                "not declared by package unsafe",
                r"(?P<name>String(?:Data)?|Slice(?:Data)?|Add) not declared by "
                r"package unsafe",
                False,
            ),
            text("could not import errors (", r"could not import fmt \([^\n]*could not import errors \(", False),
        ),
        "A tool reads the standard library of a newer Go than the one it was built with[ and does not know "
        "unsafe.{name}|].",
        "A linter or gopls checks the types of all packages, the standard library's too, with what its own Go knew.",
        "Take a newer release of the tool, or build it again with the Go that the project uses.",
        checks=("go/tools",),
        inspections=(tools_built_with,),
        reference="golangci/golangci-lint#3649",
    ),
    KnownError(
        "gopls-too-old-for-editor",
        70,
        (
            text(
                "JSON RPC parse error",
                r"JSON RPC parse error: json: cannot "
                r"unmarshal",
                False,
            ),
            text(
                "Go struct field",
                r"cannot unmarshal \w+ into Go "
                r"struct field \w*Capabilities",
                False,
            ),
        ),
        "The editor and gopls do not understand each other: gopls is older than the editor's extension expects.",
        "The extension is updated by itself, gopls only when it asks and somebody agrees.",
        "go install golang.org/x/tools/gopls@latest, then `Go: Restart Language Server`.",
        checks=("go/tools", "vscode"),
        reference="golang/vscode-go#1300",
    ),
    KnownError(
        "x-tools-too-old-to-build",
        84,
        (
            text(
                "invalid array length -delta * delta",
                r"invalid array length -delta \* delta \(constant -\d+ of type int64\)",
                False,
            ),
            text(
                "tokeninternal.go",
                r"golang\.org/x/tools@(?P<version>v[\w.]+)/internal/tokeninternal/tokeninternal\.go:\d+",
                False,
            ),
        ),
        "golang.org/x/tools[ {version}|] is too old to be compiled by this Go: it refuses on purpose, as a type of "
        "Go 1.25 has "
        "another size.",
        "A tool or go.mod pins a version of x/tools from before v0.24.",
        "Raise it: go get golang.org/x/tools@latest && go mod tidy; for a tool installed with @version, take a newer "
        "version of "
        "the tool.",
        checks=("go/tools",),
        reference="golang/go#74462",
    ),
    KnownError(
        "x-sys-too-old-to-build",
        84,
        (
            text("//go:linkname must refer to declared function or variable"),
            text(
                "golang.org/x/sys",
                r"golang\.org/x/sys@(?P<version>v0\.0\.0-20(?:1\d|20|21)\d+-\w+)/unix/[^\n]*linkname",
                False,
            ),
        ),
        "golang.org/x/sys[ {version}|] is from before Go 1.18 and is refused by newer compilers.",
        "Old modules on macOS call the system by names that Go no longer has.",
        "go get golang.org/x/sys@latest && go mod tidy; for a tool, take a newer version of it.",
        checks=("go",),
        reference="golang/go#49219",
    ),
    KnownError(
        "linkname-refused",
        80,
        (says("invalid reference to {name}"),),
        "A dependency reaches into the standard library by //go:linkname ({name}), and Go 1.23 and later refuse that.",
        "Only names that the library offers for it are linked (golang/go#67401).",
        "Take a newer version of the package that the text names; to try at once: -ldflags=-checklinkname=0.",
        checks=("go",),
        reference="golang/go#67401",
    ),
    KnownError(
        "golangci-config-version",
        72,
        (
            text("you are using a configuration file for golangci-lint v2 with golangci-lint v1"),
            says('unsupported version of the configuration: "{version}"'),
            text("unsupported version of the configuration"),
            says("can't load config: unsupported version of the configuration"),
        ),
        "golangci-lint and its configuration are of two major versions.",
        'Version 2 (2025) reads only files that say version: "2"; editors and CI may start another binary than the '
        "shell.",
        "golangci-lint migrate turns the file into that of v2; or install the version that the file is for.",
        checks=("vscode",),
        reference="golangci/golangci-lint#5509",
    ),
    KnownError(
        "linter-cannot-load",
        62,
        (
            text("context loading failed: failed to load packages"),
            text("context loading failed: no go files to analyze"),
            text("could not load export data: no export data for"),
            says("failed to load packages: {reason}"),
            text("typechecking error: pattern ./...:"),
        ),
        "The linter could not load the code; it is not about a rule of it. What go says for the same packages is the "
        "cause.",
        "It runs `go list`, so a module error, a compile error or a folder without a module stops it.",
        "Run `go build ./... && go vet ./...` in that folder first; in CI run it where go.mod is.",
        checks=("go",),
        is_general=True,
    ),
    KnownError(
        "linter-timeout",
        48,
        (
            text("Timeout exceeded: try increasing it by passing --timeout option"),
            text('level=error msg="Timeout exceeded'),
        ),
        "golangci-lint reached its own time limit; nothing is wrong with the code.",
        "A first run has no cache and compiles all dependencies.",
        "golangci-lint run --timeout 10m, and keep GOCACHE and ~/.cache/golangci-lint between runs.",
        checks=("caches",),
    ),
    KnownError(
        "gopls-unknown-setting",
        58,
        (
            says('unexpected gopls setting "{setting}"'),
            says('unexpected setting "{setting}"'),
            says('setting option "{setting}": {reason}'),
            says('parsing setting "{setting}": {reason}'),
            says('gopls setting "{setting}" is deprecated'),
            says("invalid settings: {reason}"),
            text("invalid values for: gopls", alone=True),
        ),
        "The settings name [{setting}|something] that this gopls does not have[: {reason}|].",
        "It was removed, renamed, or came later than this gopls; the rest of the settings still applies.",
        "Correct it in settings.json (`idecare doctor vscode` names the line), or update gopls.",
        checks=("vscode/gopls-settings",),
    ),
    KnownError(
        "go-not-found-by-editor",
        88,
        (
            text('Failed to find the "go" binary in either GOROOT'),
            text('Cannot find "go" binary'),
            text("could not find go executable"),
            text('exec: "go": executable file not found in'),
            text("go command required, not found"),
            text("spawn go ENOENT"),
        ),
        "The editor (or a tool that it started) finds no go command: its PATH is another than your shell's.",
        "A program that is started from the dock or a menu reads no .zshrc or .bashrc; a remote, WSL or container "
        "window has "
        "the PATH of that machine.",
        'Start the editor from a shell where `go version` works, or set go.alternateTools {"go": "/path/to/go"} (or '
        "GOROOT in GoLand: Settings, Go, GOROOT).",
        checks=("go/installs", "vscode"),
        inspections=(),
        reference="golang/vscode-go#2146",
    ),
    KnownError(
        "editor-tool-missing",
        64,
        (
            says('The "{tool}" command is not available'),
            says("Failed to find the {tool} command"),
            text("Couldn't find dlv at the Go tools path"),
            text("Couldn't find 'dlv'"),
            says("{tool}: command not found: gopls"),
            text("gopls: command not found"),
            text("command 'gopls.start_debugging' not found"),
        ),
        "The editor does not find [{tool}|one of its Go tools] in GOBIN, GOPATH/bin or PATH.",
        "It was never installed, or with another GOPATH or for another user than the editor's.",
        "Go: Install/Update Tools in the editor, or: go install golang.org/x/tools/gopls@latest "
        "github.com/go-delve/delve/cmd/dlv@latest (one at a time).",
        checks=("delve/program", "vscode"),
    ),
    KnownError(
        "gopls-ended",
        66,
        (
            text("The gopls server failed to initialize"),
            text("The gopls server crashed"),
            text("Couldn't create connection to server"),
            text("The Language Server server crashed 5 times in the last 3 minutes"),
            text("gopls client: couldn't create connection to server"),
            text("server crashed 5 times in the last 3 minutes"),
        ),
        "The language server ended; why is in its own output (View, Output, `gopls (server)`).",
        "Out of memory, a gopls that was built with another Go, a crash on one file, or a wrong binary.",
        "See its output; go install golang.org/x/tools/gopls@latest with the module's Go, then `Go: Restart Language "
        "Server`.",
        checks=("go/tools", "vscode", "caches/gopls-orphans"),
        inspections=(tools_built_with,),
        is_general=True,
    ),
    KnownError(
        "mkdir-at-root",
        60,
        (
            text("mkdir /: permission denied"),
            text("mkdir /pkg: permission denied"),
            text("mkdir /bin: read-only file system"),
        ),
        "A go command was started with an empty GOPATH, GOBIN or HOME, and so wants to write at the root of the disk.",
        "An editor whose settings name a variable that does not exist there (${env:GOPATH}) makes it empty.",
        "Remove go.gopath and go.toolsGopath from the settings, or give them whole paths.",
        checks=("vscode", "go/gopath"),
        settings=("GOPATH", "GOBIN"),
    ),
    KnownError(
        "gopls-go-too-old",
        84,
        (
            text(
                "which is not supported by this version of gopls",
                r"Found Go version (?P<go>[\d.]+), which is not supported[^\n]*?upgrade to Go (?P<language>\d[\d.]*\d)",
                False,
            ),
            text("which is not supported by this version of gopls"),
        ),
        "gopls found [Go {go}|a Go] in PATH that is too old for it[: it wants {language} or later|].",
        "gopls follows the last few Go releases; the Go that it finds is the one that the editor sees.",
        "Install a newer Go and see that the editor finds it; or take the older gopls that the text names.",
        checks=("go/installs", "vscode"),
        inspections=(gos,),
    ),
    KnownError(
        "gopls-index-blocked",
        66,
        (says("gopls cannot access its persistent index (disk full?): {reason}"),),
        "gopls cannot write its cache and ends: {reason}.",
        "It keeps what it knows of packages in a folder gopls of the user's cache folder (XDG_CACHE_HOME), or in "
        "GOPLSCACHE.",
        "See who owns that folder; `idecare locate caches` shows it.",
        checks=("caches", "go/owners"),
        guards=(lambda words: "no space" not in words["reason"],),
        hides=("permission-denied",),
    ),
    KnownError(
        "workspace-folder-spelling",
        70,
        (
            says("invalid workspace folder path: {reason}; check that the spelling"),
            says('invalid path "{path}": component "{given}" is listed by {system} as "{real}"'),
        ),
        "The editor opened the folder under another spelling than it has on the disk[: {given} for {real}|: "
        "{reason}|].",
        "macOS and Windows find a file in any capital letters, and gopls would take it for two.",
        "Close the folder and open it again with the spelling of the disk; correct it in a .code-workspace file.",
        checks=("vscode",),
    ),
    KnownError(
        "gopls-daemon-of-another",
        62,
        (
            says('gopls path mismatch: forwarder is "{tool}", remote is "{other}"'),
            says('socket "{path}" is owned by a different user'),
        ),
        "The shared gopls that runs is another [program: {other}|user's].",
        "With -remote=auto editors share one gopls; it stays after an update or when another user started it.",
        "End that gopls, or take -remote out of the editor's gopls flags.",
        checks=("vscode",),
    ),
)
