"""Texts of the go command about its own set-up and its build cache, and of gopls.

Sources: run with go1.27.3, and src/cmd/go/internal/{cache,work,toolchain,cfg} of it.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, text
from idecare.doctor.explain.inspect_go import at_work, build_cache, named_import, std_package

ENTRY = r"(?P<file>(?:/|\.\.?/|\$|[A-Za-z]:\\)[^\s:]*[/\\][0-9a-f]{2}[/\\][0-9a-f]{64}-[ad])"
GONE = r"(?:no such file or directory|The system cannot find the (?:file|path) specified)"

PLACE = r"(?:(?P<file>(?:[A-Za-z]:)?[^\s:]+\.go):(?P<line>\d+):\d+: )?"

GO = (
    KnownError(
        id="build-cache-emptied",
        weight=88,
        texts=(
            text("-d: no such file or directory", rf"(?:open )?{ENTRY}: {GONE}"),
            text("-a: no such file or directory", rf"(?:open )?{ENTRY}: {GONE}"),
            text("could not import", rf"could not import (?P<package>\S+) \(open {ENTRY}", alone=False),
            text("The system cannot find the", rf"{ENTRY}: {GONE}", alone=False),
        ),
        meaning="The build cache (GOCACHE) was emptied, moved or cleaned while this command ran: by `go clean "
        "-cache`, a "
        "clean-up tool or a script. Neither your code nor Go is at fault, and nothing is damaged for good.",
        why="A go command remembers entries of the cache by their paths and opens them later; the cache has no lock "
        "(golang/go#31948). Nine of ten commands fail when it is emptied under them.",
        fix="Run the same command again. Clear the cache with `idecare clean gocache`, which spares what a build may "
        "be "
        "reading.",
        checks=("caches",),
        inspections=(build_cache, at_work),
    ),
    KnownError(
        id="package-not-in-std",
        weight=87,
        texts=(
            text("is not in std", rf"{PLACE}package (?P<package>\S+) is not in std(?: \((?P<dir>[^)\n]+)\))?"),
            text("is not in GOROOT", rf"{PLACE}package (?P<package>\S+) is not in GOROOT(?: \((?P<dir>[^)\n]+)\))?"),
        ),
        meaning="go did not find {package} in its standard library. For a package that does exist, this means that the "
        "build cache (GOCACHE) was emptied while the command ran, or that GOROOT is no whole Go; else the import is "
        "misspelt, or needs a newer Go.",
        why="go keeps lists of its own packages in the cache; when a folder of it goes, the list cannot be read.",
        fix="Run the same command again; if it stays, check the import and at `go env GOROOT`.",
        checks=("go", "caches"),
        inspections=(named_import, std_package),
        reference="golang/go#69179",
    ),
    KnownError(
        id="no-build-cache",
        weight=89,
        texts=(
            text("build cache is required, but could not be located"),
            text("build cache is disabled by GOCACHE=off"),
        ),
        meaning="go has no build cache: GOCACHE or XDG_CACHE_HOME is `off` or no absolute path, or HOME is not set.",
        why="Since Go 1.12 nothing is built without it.",
        fix="{unset}, or an absolute path; a service or container needs HOME or GOCACHE.",
        checks=("go/cache-places",),
        settings=("GOCACHE", "XDG_CACHE_HOME"),
    ),
    KnownError(
        id="gopath-tilde",
        weight=86,
        texts=(
            text("GOPATH entry cannot start with shell metacharacter"),
            text("GOPATH entry is relative; must be absolute"),
        ),
        meaning="GOPATH is set to a text that go cannot use: with `~`, which only shells replace, or without a "
        "leading /.",
        why="Quotes keep the shell from replacing ~, and the go env file is read by no shell.",
        fix='{unset}, or an absolute path: go env -w GOPATH="$HOME/go"',
        checks=("go/gopath",),
        settings=("GOPATH",),
    ),
    KnownError(
        id="no-module",
        weight=40,
        texts=(
            text("go.mod file not found in current directory or any parent directory"),
            text("cannot find main module"),
        ),
        meaning="The command ran outside any module: the IDE or shell is in a folder without a go.mod above it.",
        why="An IDE opened on a parent folder of several modules needs a go.work, or each module opened by itself.",
        fix="Open the folder with go.mod, or: go work init ./a ./b; for a new module: go mod init example.com/name",
        checks=("go", "vscode"),
        settings=("GO111MODULE", "GOWORK"),
        hides=("package-not-provided",),
    ),
    KnownError(
        id="gopls-cache",
        weight=60,
        texts=(text("internal error reading shared cache"),),
        meaning="gopls could not read its own cache: the disk is full, or the cache was deleted under it.",
        why="gopls heals by itself; outside deletion is what its authors suspect (golang/go#67433).",
        fix="Restart the language server; `idecare clean gopls` spares a running one.",
        checks=("caches", "vscode"),
    ),
    KnownError(
        id="invalid-type-hash",
        weight=20,
        texts=(text("invalid type hash"),),
        meaning="No known text of Go: blogs report it for Go 1.21 and 1.22 on M2 Pro, but neither the compiler's "
        "source nor "
        "its issue list has it.",
        why="Searched in go1.21.13, 1.22.10 and 1.27.3.",
        fix="Check what printed it. An unsupported Go is worth an update anyway.",
        checks=("go",),
    ),
)
