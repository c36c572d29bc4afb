"""What is known of Go's releases: which are supported, what is wrong with some of them. Data only, with its date.

Sources: golang/website internal/history/release.go and _content/doc/go1.NN.md, golang/vulndb (CC-BY-4.0), the issues of
golang/go that are named, each as of KNOWN_AS_OF.
"""

from __future__ import annotations

from idecare.core.frozen import frozen
from idecare.core.language import tr

KNOWN_AS_OF = "2026-08-21"
NEWEST_MINOR = 27
# Two minors are supported at a time; the next comes about every six months.
SUPPORTED = (26, 27)
LAST_PATCH = {20: 14, 21: 13, 22: 12, 23: 12, 24: 13, 25: 14, 26: 7}
UNSUPPORTED_SINCE = {20: "2024-02", 21: "2024-08", 22: "2025-02", 23: "2025-08", 24: "2026-02", 25: "2026-08"}
# KnownError vulnerabilities of standard library and toolchain, not withdrawn, by version.
VULNERABILITIES = {
    (20, 14): (67, 13),
    (21, 10): (61, 11),
    (21, 12): (58, 11),
    (21, 13): (58, 11),
    (22, 5): (58, 11),
    (22, 12): (52, 11),
    (23, 12): (45, 10),
    (24, 13): (29, 8),
    (25, 12): (7, 2),
    (26, 5): (8, 2),
}
# Darwin's major release for the oldest macOS that a minor of Go runs on, and that macOS.
OLDEST_DARWIN = {21: (19, "10.15"), 22: (19, "10.15"), 23: (20, "11"), 24: (20, "11")}
OLDEST_DARWIN |= {25: (21, "12"), 26: (21, "12"), 27: (22, "13")}
DARWIN_OF_MACOS_15, DARWIN_OF_MACOS_26 = 24, 25
LC_UUID_SINCE = (1, 24, 0)


@frozen
class Bug:
    """A defect of the Go releases from ``first`` to ``last``, on these systems and architectures (all, where there are
    none). ``fixed`` is empty where no release is known to be free of it."""

    source: str
    first: tuple[int, int, int]
    last: tuple[int, int, int]
    symptom: str
    way_out: str
    fixed: str = ""
    systems: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    is_grave: bool = False


BUGS = (
    Bug(
        "golang/go#79804",
        (1, 26, 0),
        (1, 26, 4),
        tr("with -race, a child of os/exec ends with SIGSEGV at random: tests fail now and then"),
        tr("install Go 1.26.5 or later"),
        fixed="1.26.5",
        systems=("macos",),
        is_grave=True,
    ),
    Bug(
        "golang/go#77593",
        (1, 26, 0),
        (1, 26, 0),
        tr("the linker panics in arm64.gensymlate when cgo links a static archive"),
        tr("another release (1.25.5 is known to work)"),
        systems=("macos",),
        architectures=("arm64",),
        is_grave=True,
    ),
    *(
        Bug(
            "golang/go#78573",
            release,
            release,
            tr("with -race and clang or compiler-rt: undefined __aarch64_ldadd8_sync"),
            tr("another release, or gcc"),
            systems=("linux",),
            architectures=("arm64",),
        )
        for release in ((1, 25, 9), (1, 26, 2))
    ),
    *(
        Bug(
            tr("GO-2026-4867 and GO-2026-4868"),
            first,
            last,
            tr("the compiler can produce code that corrupts memory"),
            tr("install Go {version} or later, and build everything again", version=fixed),
            fixed=fixed,
            is_grave=True,
        )
        for first, last, fixed in (((1, 25, 0), (1, 25, 8), "1.25.9"), ((1, 26, 0), (1, 26, 1), "1.26.2"))
    ),
    *(
        Bug(
            "GO-2024-2825",
            first,
            last,
            tr("building a hostile module can run its code"),
            tr("install Go {version} or later", version=fixed),
            fixed=fixed,
            systems=("macos",),
            is_grave=True,
        )
        for first, last, fixed in (((1, 21, 0), (1, 21, 9), "1.21.10"), ((1, 22, 0), (1, 22, 2), "1.22.3"))
    ),
    Bug(
        "golang/go#70380",
        (1, 23, 3),
        (1, 23, 3),
        tr('-ldflags "-B 0x..." fails'),
        tr("another release"),
        systems=("macos",),
    ),
    Bug(
        tr("golang/go#65940 and #75274"),
        (1, 22, 0),
        (1, 25, 0),
        tr("with -race, ld warns of a malformed LC_DYSYMTAB: harmless, but readers of `go test -json` stumble over it"),
        tr("a later release"),
        systems=("macos",),
    ),
    Bug(
        tr("golang/go#61229, #61190 and #61676"),
        (1, 0, 0),
        (1, 20, 7),
        tr("with Xcode 15 the linker stops with an assertion, and gopls and other cgo programs crash at their start"),
        tr("a later release; -ldflags=-extldflags=-Wl,-ld_classic"),
        systems=("macos",),
        is_grave=True,
    ),
    Bug(
        "golang/go#63154",
        (1, 21, 1),
        (1, 21, 1),
        tr("ld warns: -bind_at_load is deprecated on macOS"),
        tr("a later release"),
        systems=("macos",),
    ),
    Bug(
        "golang/go#49138",
        (1, 15, 0),
        (1, 17, 99),
        tr("with -race on macOS 12: SIGABRT or SIGSEGV"),
        tr("a later release; MallocNanoZone=0"),
        systems=("macos",),
    ),
)
