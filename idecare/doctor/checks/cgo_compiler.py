"""The C compiler that go would start, and builds that lose their C without a word.

Source: cmd/go of go1.27.3, internal/cfg/cfg.go; observed texts are those of go1.27.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from idecare.core.frozen import frozen
from idecare.core.language import tr
from idecare.doctor.base import Check, Finding, RunByUser
from idecare.doctor.snapshot import Snapshot
from idecare.golang.cgo import CgoSetup, Compiler
from idecare.golang.developer_tools import Sdk

MOST_FILES = 3


def _compiler(snapshot: Snapshot) -> Iterable[Finding]:
    cgo = snapshot.cgo
    if cgo.enabled and snapshot.go_installs:
        yield from _missing(cgo) if cgo.compiler.path is None else _mismatch(cgo)


def _missing(cgo: CgoSetup) -> Iterator[Finding]:
    compiler = cgo.compiler
    yield Finding(
        id="cgo/compiler/missing",
        severity="error",
        summary=tr("cgo is on, and there is no C compiler {command}", command=repr(compiler.command)),
        evidence=(f"{compiler.variable}: {compiler.source}", tr("cgo is on: {why}", why=cgo.why)),
        why=tr(
            "builds that need C, among them those of net and os/user, end with 'C compiler \"{command}\" not found'",
            command=compiler.command,
        ),
        fix=_correct(compiler) if compiler.is_set else tr("install a C compiler, or set CGO_ENABLED=0"),
    )


def _correct(compiler: Compiler) -> str:
    """How to get rid of a variable, which depends on where it is set."""
    command = compiler.set_by.unset(compiler.variable)
    if compiler.set_by.place == "environment":
        return tr("{command} in your shell", command=command)
    return tr("correct it, or: {command}", command=command)


def _mismatch(cgo: CgoSetup) -> Iterator[Finding]:
    """Apple's clang compiles for both kinds of Mac: go hands it the right -arch."""
    goos, goarch = cgo.compiler.target
    both_mac = cgo.goos == goos == "darwin"
    wrong = (goos not in (None, cgo.goos)) or (goarch not in (None, cgo.goarch) and not both_mac)
    if not wrong:
        return
    yield Finding(
        id="cgo/compiler/other-target",
        severity="error",
        summary=tr(
            "{command} compiles for {triple}, go builds for {goos}/{goarch}",
            command=cgo.compiler.command,
            triple=cgo.compiler.triple,
            goos=cgo.goos,
            goarch=cgo.goarch,
        ),
        evidence=(
            f"{cgo.compiler.variable}: {cgo.compiler.source}, {cgo.compiler.path}",
            tr("cgo is on: {why}", why=cgo.why),
        ),
        why=tr(
            "the C parts are compiled for another machine: 'no such instruction', or a linker that finds "
            "'file in wrong format'"
        ),
        fix=tr(
            "set CC to a compiler for {goos}/{goarch}, or build without C: CGO_ENABLED=0",
            goos=cgo.goos,
            goarch=cgo.goarch,
        ),
    )


def _off(snapshot: Snapshot) -> Iterable[Finding]:
    """What the user switched off himself is his business."""
    cgo = snapshot.cgo
    if cgo.enabled or cgo.is_set or not (cgo.use.files or cgo.use.modules):
        return
    shown = cgo.use.files[:MOST_FILES]
    more = len(cgo.use.files) - len(shown)
    yield Finding(
        id="cgo/off",
        severity="warning",
        summary=tr("cgo is off, and this module needs it"),
        evidence=(
            tr("off because {why}", why=cgo.why),
            *(tr('{path} has import "C"', path=path) for path in shown),
            *((tr("and {count} more", count=more),) if more else ()),
            *(tr("go.mod requires {name}", name=name) for name in cgo.use.modules),
        ),
        why=tr(
            "go leaves those files out without a word: 'build constraints exclude all Go files', undefined "
            "names, or a program that fails when it is run"
        ),
        fix=tr(
            "build with CGO_ENABLED=1 and CC set to a C compiler for {goos}/{goarch}", goos=cgo.goos, goarch=cgo.goarch
        )
        if cgo.is_cross
        else tr("install {command}, or set CC", command=cgo.compiler.command),
        remedies=() if cgo.is_cross or cgo.goos != "darwin" else (RunByUser("xcode-select --install"),),
    )


INSTALL = "xcode-select --install"
WHY = tr("every build with C, and each link with -race or -linkmode=external, ends with an error of xcrun or clang")


@frozen
class Cause:
    """What a text means. ``word`` ends the finding's id."""

    text: str
    word: str
    summary: str
    command: str


CAUSES = (
    Cause(
        "invalid active developer path",
        "gone",
        tr("the developer tools were removed, as an update of macOS does"),
        INSTALL,
    ),
    Cause("license", "licence", tr("Xcode's licence has not been accepted"), "sudo xcodebuild -license accept"),
    Cause(
        "cannot be located",
        "no-sdk",
        tr("the chosen developer folder has no SDK of macOS"),
        "sudo xcode-select --reset",
    ),
    Cause(
        "unable to find utility",
        "no-sdk",
        tr("the chosen developer folder lacks a program"),
        "sudo xcode-select --reset",
    ),
)


def _sdk(snapshot: Snapshot) -> Iterable[Finding]:
    """Where cgo was switched off by the user, nobody needs an SDK."""
    sdk, cgo = snapshot.sdk, snapshot.cgo
    if sdk is None or not snapshot.go_installs or (cgo.is_set and not cgo.enabled):
        return
    if sdk.sdkroot and not snapshot.is_folder(sdk.sdkroot):
        yield _sdkroot(sdk.sdkroot)
    if sdk.path is None:
        yield from _failure(sdk, is_there=bool(sdk.chosen and snapshot.is_folder(sdk.chosen)))
    elif not snapshot.is_folder(sdk.path):
        yield _finding("no-sdk", tr("xcrun names an SDK that is not there"), (str(sdk.path),), INSTALL)


def _sdkroot(path: str) -> Finding:
    return Finding(
        id="cgo/sdk/sdkroot",
        severity="error",
        summary=tr("SDKROOT names an SDK that is not there"),
        evidence=(tr("SDKROOT in the environment is {path}", path=path),),
        why=tr("clang takes it before all others and finds no system header. SDKs go with updates of Xcode"),
        fix=tr("unset SDKROOT in your shell: clang then asks xcrun"),
    )


def _failure(sdk: Sdk, is_there: bool) -> Iterator[Finding]:
    if sdk.chosen is None:
        yield _finding(
            "none", tr("there are no developer tools"), (tr("neither Xcode nor the command line tools"),), INSTALL
        )
    elif not is_there:
        seen = (tr("chosen: {folder}, which is not there", folder=sdk.chosen),)
        yield _finding("gone", tr("the chosen developer tools are gone"), seen, "sudo xcode-select --reset")
    elif sdk.failure:
        cause = next((cause for cause in CAUSES if cause.text in sdk.failure), None)
        said = (
            tr("chosen: {folder}", folder=sdk.chosen),
            tr("xcrun says: {message}", message=sdk.failure.splitlines()[0]),
        )
        summary = cause.summary if cause else tr("xcrun names no SDK")
        yield _finding(cause.word if cause else "other", summary, said, cause.command if cause else INSTALL)


def _finding(word: str, summary: str, evidence: tuple[str, ...], command: str) -> Finding:
    return Finding(f"cgo/sdk/{word}", "error", summary, evidence, WHY, command, (RunByUser(command),))


CHECKS = (
    Check(
        "cgo/compiler",
        tr("cgo is on, and its C compiler is not there or compiles for another machine"),
        tr("set CC to a compiler for the target, or CGO_ENABLED=0"),
        _compiler,
    ),
    Check(
        "cgo/off",
        tr("cgo is off by default in a build of a module that needs it"),
        tr("CGO_ENABLED=1 and a C compiler for the target"),
        _off,
    ),
    Check(
        "cgo/sdk",
        tr("macOS has no SDK to compile C with, or SDKROOT names one that is gone"),
        tr("install or choose the developer tools"),
        _sdk,
    ),
)
