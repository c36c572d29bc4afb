"""Texts about settings and build flags that go refuses.

Sources: src/cmd/go/internal/{envcmd,cfg,base,work} of go1.26.8 and its script tests, run.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, says, text

SETTINGS = (
    KnownError(
        "modules-off",
        70,
        (
            text("modules disabled by GO111MODULE=off"),
            text("can only use path@version syntax with 'go get' and 'go install' in module-aware mode"),
            text("can only be used in module-aware mode"),
        ),
        "GO111MODULE turns modules off, so go works in the old GOPATH mode.",
        "The setting is from before Go 1.16 and is in many old guides.",
        "{unset}; modules are the default.",
        checks=("go/go111module",),
        settings=("GO111MODULE",),
    ),
    KnownError(
        "go111module-unknown",
        70,
        (
            says('invalid GO111MODULE value "{value}"'),
            says("unknown environment setting GO111MODULE={value}"),
        ),
        "{value} is no value of GO111MODULE, so go refuses it.",
        "It takes on, off and auto; without it modules are on.",
        "{unset}.",
        checks=("go/go111module",),
        settings=("GO111MODULE",),
    ),
    KnownError(
        "gopath-mode",
        68,
        (
            text("in any of:", r'cannot find package "(?P<package>[^"\n]+)" in any of:', False),
            says('cannot find package "{package}" in:'),
        ),
        "go searched [{package} |]in GOROOT and GOPATH, the way from before modules: modules are off, or the Go is "
        "very old.",
        "With modules the text is another one (`no required module provides package`).",
        "go version (1.16 or later) and `go env GO111MODULE` (empty or on): {unset}.",
        checks=("go/go111module", "go/gopath"),
        settings=("GO111MODULE", "GOPATH"),
    ),
    KnownError(
        "go-mod-ignored",
        69,
        (
            says("go: warning: ignoring go.mod in $GOPATH {dir}"),
            says("go: warning: ignoring go.mod in system temp root {dir}"),
        ),
        "There is a go.mod in {dir}, and go ignores it there: the folder is GOPATH itself, or the temp folder.",
        "Else every folder below would be part of that module.",
        "Move the module into a folder of its own, or set GOPATH to another one; remove a go.mod that was left there.",
        checks=("go/gopath",),
        settings=("GOPATH",),
    ),
    KnownError(
        "goos-goarch-unknown",
        66,
        (
            says("unsupported GOOS/GOARCH pair {value}"),
            says("invalid GO{name}: must be {wanted}"),
            says("unsupported GOOS/GOARCH {value}"),
        ),
        "GOOS and GOARCH (or a GOARM, GOAMD64, …) name no machine that go builds for[: {value}|].",
        "Names are Go's own: darwin, not macos; amd64, not x86_64; arm64, not aarch64. Docker's TARGETARCH fits, "
        "uname -m does "
        "not.",
        "go tool dist list shows all. {unset}.",
        checks=("go",),
        settings=("GOOS", "GOARCH"),
    ),
    KnownError(
        "goflags-wrong",
        68,
        (
            says("parsing $GOFLAGS: {reason}"),
            text("(from $GOFLAGS)"),
        ),
        "GOFLAGS holds something that is no flag of go[: {reason}|], so each command stops.",
        "It takes -flag=value words with blanks between, no values with blanks unless in quotes, and only flags of "
        "go commands.",
        "Correct it, or {unset}.",
        checks=("go/goflags",),
        settings=("GOFLAGS",),
    ),
    KnownError(
        "relative-go-folder",
        66,
        (
            says("{name} must be an absolute path"),
            says("{name} entry is relative; must be absolute path"),
            text("cannot install, GOBIN must be an absolute path"),
        ),
        "[{name}|A folder of go's] is set to a path that is not absolute (or begins with ~), and go refuses it.",
        "go expands no ~; the env file and most IDE settings are read by no shell.",
        "Write the whole path.",
        checks=("go/cache-places", "go/gopath"),
        settings=("GOMODCACHE", "GOBIN", "GOTMPDIR", "GOCACHE", "GOPATH", "CC", "CXX"),
        guards=(lambda words: words.get("name") != "GOPATH",),
    ),
    KnownError(
        "setting-not-writable",
        44,
        (
            text("can only be set using the OS environment"),
            says("go: {name} cannot be modified"),
            says("unknown go command variable {name}"),
        ),
        "`go env -w` does not take this setting[: {name}|].",
        "Some are the go command's own, some (GOENV, GODEBUG, GOWORK) are read from the environment alone.",
        "Set it in the environment, if it is one of those: export NAME=VALUE.",
        checks=("go/env-file",),
    ),
    KnownError(
        "unknown-experiment",
        64,
        (says("unknown GOEXPERIMENT {value}"),),
        "GOEXPERIMENT names {value}, which this Go does not know.",
        "Experiments come and go with a release (jsonv2, synctest, greenteagc …).",
        "{unset}, or use the release that has it.",
        settings=("GOEXPERIMENT",),
        checks=("go/env-file",),
    ),
    KnownError(
        "modcache-missing",
        72,
        (
            text("module cache not found: neither GOMODCACHE nor GOPATH is set"),
            says('could not create module cache: "{dir}" is not a directory'),
            says("could not create module cache: {reason}"),
        ),
        "go has no place for its module cache[: {reason}|].",
        "It is GOMODCACHE, else pkg/mod of GOPATH, else of $HOME/go; a service or container without HOME has none of "
        "them.",
        "Set HOME, or GOMODCACHE to a folder that this user may write.",
        checks=("go/cache-places",),
        settings=("GOMODCACHE", "GOPATH"),
    ),
    KnownError(
        "no-install-place",
        50,
        (
            says("no install location for {*}: hidden by {dir}"),
            text("no install location for"),
        ),
        "go install does not know where to put it: [the same package in {dir} comes first in GOPATH|a single file, "
        "or a folder "
        "outside GOPATH without GOBIN].",
        "This is the way of GOPATH; in a module the folder is GOBIN or GOPATH/bin.",
        "Run it in the module; or set GOBIN.",
        settings=("GOBIN", "GOPATH"),
        checks=("go/gopath",),
    ),
    KnownError(
        "race-unsupported",
        56,
        (
            text("-race requires cgo"),
            text("-msan requires cgo"),
            says("-race is not supported on {platform}"),
            says("-buildmode={mode} not supported on {platform}"),
            says("-buildmode={mode} is not supported when -race is enabled"),
            says("-buildmode={mode} not supported when"),
        ),
        "This kind of build does not exist here: [{platform} has no such mode|the race detector needs cgo and a C "
        "compiler].",
        "cgo is off where CGO_ENABLED=0 is set, no C compiler is found, or another GOOS or GOARCH is built for.",
        "CGO_ENABLED=1 and a C compiler (apk add gcc musl-dev); or leave -race out here.",
        checks=("cgo/compiler", "cgo/off"),
        settings=("CGO_ENABLED", "CC"),
    ),
    KnownError(
        "external-linking-needs-cgo",
        58,
        (
            says("{platform} requires external (cgo) linking, but cgo is not enabled"),
            text("requires external linking"),
        ),
        "Programs for [{platform}|this target] are linked by a C compiler, and cgo is off.",
        "Android, iOS and some build modes have no internal linking.",
        "CGO_ENABLED=1 and CC of the target's SDK (NDK's clang).",
        checks=("cgo/off", "cgo/compiler"),
        settings=("CGO_ENABLED", "CC", "GOOS", "GOARCH"),
    ),
    KnownError(
        "index-verify-failed",
        84,
        (text("internal cache error: cache verify failed"), text("go: internal cache error")),
        "An entry of the build cache (go's index of a package) is not what it was made from.",
        "The cache was copied, restored by CI, or written by a disk that was full; or a file changed while its time "
        "and size "
        "stayed.",
        "idecare clean gocache, then the same command again.",
        checks=("caches",),
        reference="golang/go#69179",
    ),
)
