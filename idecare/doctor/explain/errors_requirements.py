"""Texts about go.mod and go.sum: which modules and versions they name, and what of that go cannot have.

Sources: src/cmd/go/internal/{modload,modget,modfetch} of go1.26.8 and its script tests, run.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, says, text

REQUIREMENTS = (
    KnownError(
        "major-version-path",
        62,
        (
            says("invalid version: should be {wanted}, not {found}"),
            says('version "{version}" invalid: should be {wanted}, not {found}'),
            says("invalid version: module contains a go.mod file, so module path must match major version"),
            text("major version suffixes must be in the form of /vN"),
            says('version "{version}" invalid: should be {wanted}'),
            text("must match major version"),
            text("must always have a major version suffix"),
            text("+incompatible", r"invalid: should be (?P<wanted>v\S+\+incompatible)", False),
        ),
        "The version and the module's path do not fit: from v2 on the path ends in /v2 (gopkg.in: .v2)[; wanted is "
        "{wanted}|].",
        "Each major version is a module of its own; v2 or later without the ending exists only as +incompatible, for "
        "repositories without a go.mod.",
        "go get MODULE/vN@vN.x.y with the same N twice, and the same ending in every import; in your own module "
        "change the "
        "module line too.",
        reference="golang/go#35732",
        hides=("malformed-path",),
    ),
    KnownError(
        "module-declares-other-path",
        76,
        (
            text(
                "module declares its path as:",
                r"module declares its path as: (?P<module>\S+)(?:\s+but was required as: (?P<package>\S+))?",
                False,
            ),
        ),
        "The repository's go.mod names the module {module}, and it was asked for under another name[: {package}|].",
        "A fork keeps the name of the original; a project was renamed or moved; or capital letters differ.",
        "Require it as {module}; for a fork: go mod edit -replace {module}=[{package}|FORK]@VERSION.",
        reference="golang/go#28489",
    ),
    KnownError(
        "module-lacks-package",
        68,
        (
            says("module {module}@{version} found{*}, but does not contain package {package}"),
            says("module {module} provides package {package} and is replaced but not required"),
            text(
                "but does not contain package",
                r"module (?P<module>[^\s@]+)\S* found[^\n]*, but does not contain package (?P<package>[^\s;:]+)",
                False,
            ),
        ),
        "There is no package {package} in {module} at the version that go takes.",
        "It was moved or removed in that version, is younger than it, or the import is misspelt; a package of one's "
        "own is "
        "missing when its folder was not committed or .gitignore hides it.",
        "Look at the folder list of the module on pkg.go.dev; take the version that has it (go get "
        "{module}@VERSION), or "
        "correct the import.",
        checks=("go",),
        hides=("package-not-provided",),
    ),
    KnownError(
        "replaced-not-required",
        60,
        (says("provides package {package} and is replaced but not required; to add it"),),
        "go.mod replaces the module of {package} and does not require it.",
        "replace alone adds nothing.",
        "The command that the text names (go get …), or go mod tidy.",
        hides=("module-lacks-package",),
    ),
    KnownError(
        "replacement-missing",
        69,
        (
            says("replacement directory {dir} does not exist"),
            text(
                "(replaced by ",
                r"(?P<module>[\w.!~/-]+)(?:@\S+)? \(replaced by (?P<dir>[./][^\s)@]*)\): reading \S+: (?:open|stat) "
                r"\S+: no such file or directory",
                False,
            ),
        ),
        "A replace line of go.mod (or go.work) takes [{module}|a module] from the folder {dir}, which is not there.",
        "The folder is relative to the go.mod. It was not committed or copied: in a Dockerfile a COPY of go.mod "
        "alone, or "
        "of the module without its neighbours, does that.",
        "Copy or check out that folder too before the first go command; or drop the line: go mod edit "
        "-dropreplace=[{module}|MODULE].",
        settings=("GOWORK",),
        hides=("missing-in-folder",),
    ),
    KnownError(
        "no-matching-version",
        56,
        (
            text(
                ": no matching versions for query",
                r'(?<![\w.!~/@-])(?P<module>[\w.!~/-]+)(?:@\S+)?: no matching versions for query "(?P<query>[^"\n]+)"',
                False,
            ),
        ),
        "{module} has no version that fits {query}.",
        "No tag of the form vX.Y.Z yet, all are retracted or excluded, the path lacks its /vN, or the proxy does not "
        "know the "
        "new tag yet.",
        "go list -m -versions {module}; a branch or commit works too: go get {module}@main.",
        checks=("go/goproxy",),
        settings=("GOPROXY", "GOPRIVATE"),
        guards=(lambda words: words.get("module") not in ("go", "toolchain"),),
    ),
    KnownError(
        "version-conflict",
        54,
        (
            says("{module}@{version} requires {other}, not {found}"),
            says("indirectly requires {other}, not {found}"),
            says("{module}@{version}{*} requires {other}@{wanted}, not {found}"),
            text("conflicts with", r"(?P<module>\S+@\S+) conflicts with (?P<other>\S+@\S+)", False),
            says("{module}@{version}: excluded by go.mod"),
        ),
        "What you ask for cannot be had together: two arguments want different versions, another requirement forces a "
        "higher version, or go.mod excludes it.",
        "go takes the highest version that anyone requires; a lower one would break the module which asks for more.",
        "Ask for the version that the text names, or lower the module that requires it in the same command: go get "
        "A@v B@v.",
    ),
    KnownError(
        "pseudo-version-wrong",
        58,
        (
            says("invalid pseudo-version: {reason}"),
            says('invalid version: version "{version}" invalid: {reason}'),
            says('-{flag}={*}: version "{version}" invalid: {reason}'),
        ),
        "The version in go.mod or in the command is none[: {reason}|].",
        "A version that was edited by hand, or a commit that the repository no longer has.",
        "Let go write it: go get MODULE@COMMIT or MODULE@vX.Y.Z.",
        guards=(lambda words: "should be" not in words.get("reason", ""),),
    ),
    KnownError(
        "go-sum-malformed",
        74,
        (
            text(
                "malformed go.sum", r"malformed go\.sum:\s+(?P<file>[^\n]*?go\.sum):(?P<line>\d+): (?P<reason>[^\n]+)"
            ),
            text("<<<<<<<", r"(?P<file>go\.(?:mod|sum)):(?P<line>\d+):[^\n]*<<<<<<<", False),
        ),
        "go.sum (or go.mod) is not readable[: line {line}: {reason}|]: mostly the marks of a merge that was not "
        "finished.",
        "Each line is module, version and sum.",
        "Remove the marks (<<<<<<<, =======, >>>>>>>) and keep the lines of both sides, then go mod tidy.",
    ),
    KnownError(
        "go-mod-unreadable",
        72,
        (
            text(
                "errors parsing go.mod",
                r"errors parsing (?P<file>[^\n:]*go\.mod):\s+(?P<place>[^\n:]+go\.mod):(?P<line>\d+):(?:\d+:)? "
                r"(?P<reason>[^\n]+)",
            ),
            says("{file}go.mod:{line}: usage: {reason}"),
        ),
        "go cannot read [line {line} of {file}: {reason}|go.mod].",
        "Each go command and the language server stop at it.",
        "Correct that line; `go mod edit -fmt` shows whether it is right then.",
        guards=(
            lambda words: (
                "unknown directive" not in words.get("reason", "") and "unknown block" not in words.get("reason", "")
            ),
        ),
    ),
    KnownError(
        "go-sum-outdated",
        42,
        (
            text("updates to go.sum needed", r"updates to go\.sum needed(?!, but)", alone=False),
            says("missing go.sum entry for module providing package {package}"),
            says("{module}@{version}: missing go.sum entry for go.mod file"),
        ),
        "go.sum lacks the sum of a module that the build needs[: {module}|]. No cache is at fault.",
        "Builds do not write go.sum (-mod=readonly since Go 1.16); a merge or an edit of go.mod left it behind, or a "
        "Dockerfile "
        "copied go.mod without go.sum.",
        "go mod tidy, and commit go.sum; in a Dockerfile: COPY go.mod go.sum ./",
        hides=("go-mod-read-only",),
    ),
    KnownError(
        "module-path-unknown",
        52,
        (text("cannot determine module path for source directory"),),
        "go mod init needs the name of the module here.",
        "It guesses the name from the folder only inside GOPATH/src.",
        "go mod init example.com/NAME",
    ),
    KnownError(
        "install-outside-module",
        56,
        (
            text("installing executables with 'go get' in module mode is deprecated"),
            text("'go get' is no longer supported outside a module"),
            text(
                "go.mod file not found in current directory or any parent directory",
                r"'go get' is no longer supported outside a module",
                False,
            ),
        ),
        "Since Go 1.17 programs are installed with `go install`; `go get` only changes go.mod.",
        "Old guides say go get.",
        "go install PACKAGE@latest",
        hides=("no-module",),
    ),
    KnownError(
        "version-query-missing",
        48,
        (text("go: 'go install' requires a version when current directory is not in a module"),),
        "Outside a module `go install` needs a version.",
        "There is no go.mod that could say which.",
        "Add @latest (or @vX.Y.Z) to the package.",
    ),
    KnownError(
        "install-with-replace",
        60,
        (text("The go.mod file for the module providing named packages contains one or"),),
        "This program cannot be installed with @version: its go.mod has replace (or exclude) lines.",
        "go install PROGRAM@version ignores no such line, it refuses (golang/go#44840).",
        "git clone it and run go install . in its folder, or take its published build.",
        reference="golang/go#44840",
    ),
    KnownError(
        "all-retracted",
        30,
        (text("retracted by module author"),),
        "Only a warning: the author took this version back.",
        "The build goes on with it.",
        "go get MODULE@latest",
    ),
)
