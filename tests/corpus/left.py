"""Texts that `idecare explain` leaves alone on purpose, each with the reason: an entry would only repeat them.

A pattern counts where the text holds it and no entry recognises the text.
"""

from __future__ import annotations

import re

USAGE = "go names the wrong word of the command line itself; only whoever typed it knows what was meant"
CODE = "an error of the code at the place that is named; no machine or setting is involved"
TEST = "the result of a test that failed; what it means is in the test"
SAYS_IT = "go's own sentence already names the cause and the next step"
NOT_SEEN = "made for go's own tests; users do not meet it"

LEFT: tuple[tuple[str, str], ...] = tuple(
    (re.sub(r"\s+", " ", pattern), reason)
    for reason, patterns in (
        (
            USAGE,
            (
                r"(?m)^flag provided but not defined: ",
                r"^(?:Usage of|usage:) ",
                r"unknown (?:sub)?command",
                r"takes no arguments",
                r"cannot be used with package arguments",
                r"^invalid value \"",
                r"-tags space-separated list contains comma",
                r"-p must be a positive integer",
                r"-c must be at least 1",
                r"no KEY=VALUE arguments given|requires an argument|multiple values for key|arguments must be "
                r"KEY=VALUE",
                r"'go version' only accepts",
                r"flag requires -|cannot be used together",
                r"does not have \.mod extension",
                r"does not work with \"all\"|arguments must be package|exists as a file, but|invalid go version "
                r"garbage",
                r"first path element contains a wildcard",
                r"-modfile cannot be used with commands that ignore",
                r"named files must (?:all )?be (?:\.go files|in one directory)|cannot write multiple packages",
                r"doc: no (?:such|symbol)|^doc: ",
                r"no such file or directory$|does not exist$|directory not found",
                r"matched no packages|is not an importable package|is a pseudo-package",
                r"-vet argument must be|go: unknown flag|cannot use -fuzz flag",
                r"must be on command line|first flag on command line|with -json flag requires|'go list -f",
            ),
        ),
        (
            CODE,
            (
                r"(?m)^(?:vet: )?[^\s:]*\.(?:go|s|c):\d+(?::\d+)?: ",
                r"(?m)^# \S+\n\S+\.(?:go|s|c):\d+",
                r"\[build failed\]|\[setup failed\]",
                r"link: exit status 2|undefined symbol in relocation|relocation target",
                r"invalid //go:debug",
                r"^--- /\S+ \(old\)",
                r"expected 'package'|expected declaration",
            ),
        ),
        (
            TEST,
            (
                r"(?m)^\s*--- FAIL: ",
                r"(?m)^=== RUN",
                r"(?m)^FAIL\s",
                r"\"Action\":\"",
                r"(?m)^panic: bad",
                r"panic: something bad",
            ),
        ),
        (
            SAYS_IT,
            (
                r"malformed entry in GOVCS|unreachable pattern in GOVCS",
                r"; switching to go",
                r"missing go\.sum entry",
                r"missing module declaration\. To specify the module path",
                r"can't request (?:explicit )?version|can't request \S+ of|specify a different version",
                r"module path is reserved|invalid module path",
                r"malformed module path|malformed import path",
                r"invalid version: version|must be of the form v1\.2\.3",
                r"go\.(?:mod|work) already exists",
                r"is part of the overlay specified with -overlay",
                r"provided by \S+ at latest version \S+ but not at required version",
                r"has no package path|inside vendor directory",
                r"found \S+ in \S+ v",
                r"If reproducibility with go|To upgrade to the versions selected by go",
                r"invalid response from proxy",
                r"invalid package directory",
                r"error loading go\.mod",
                r"default toolchain set to",
                r"go: -\w+ flag is deprecated",
                r"parsing v1\.6\.0/go\.mod|replaced by",
                r"internal linking requested but external linking required",
                r"GOROOT/src is not an importable|lstat ",
            ),
        ),
        (NOT_SEEN, (r"^WORK=|mkdir -p \$WORK", r"go: GOCACHE is not an absolute path", r"panic: use of network")),
    )
    for pattern in patterns
)


def reason_to_leave(text: str) -> str:
    """Why this text has no entry on purpose; empty where nobody has said so."""
    return next((reason for pattern, reason in LEFT if re.search(pattern, text)), "")
