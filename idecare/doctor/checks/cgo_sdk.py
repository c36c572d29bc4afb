"""Apple's developer tools, without which no C is compiled on a Mac, and what their failures mean.

Texts: xcrun and xcode-select of Xcode 12 to 16, as they stand in public issue trackers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from idecare.core.frozen import frozen
from idecare.doctor.base import Check, Finding, RunByUser
from idecare.doctor.snapshot import Snapshot
from idecare.golang.developer_tools import Sdk

INSTALL = "xcode-select --install"
WHY = "every build with C, and each link with -race or -linkmode=external, ends with an error of xcrun or clang"


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
        "the developer tools were removed, as an update of macOS does",
        INSTALL,
    ),
    Cause("license", "licence", "Xcode's licence has not been accepted", "sudo xcodebuild -license accept"),
    Cause(
        "cannot be located",
        "no-sdk",
        "the chosen developer folder has no SDK of macOS",
        "sudo xcode-select --reset",
    ),
    Cause(
        "unable to find utility",
        "no-sdk",
        "the chosen developer folder lacks a program",
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
        yield _finding("no-sdk", "xcrun names an SDK that is not there", (str(sdk.path),), INSTALL)


def _sdkroot(path: str) -> Finding:
    return Finding(
        id="cgo/sdk/sdkroot",
        severity="error",
        summary="SDKROOT names an SDK that is not there",
        evidence=(f"SDKROOT in the environment is {path}",),
        why="clang takes it before all others and finds no system header. SDKs go with updates of Xcode",
        fix="unset SDKROOT in your shell: clang then asks xcrun",
    )


def _failure(sdk: Sdk, is_there: bool) -> Iterator[Finding]:
    if sdk.chosen is None:
        yield _finding("none", "there are no developer tools", ("neither Xcode nor the command line tools",), INSTALL)
    elif not is_there:
        seen = (f"chosen: {sdk.chosen}, which is not there",)
        yield _finding("gone", "the chosen developer tools are gone", seen, "sudo xcode-select --reset")
    elif sdk.failure:
        cause = next((cause for cause in CAUSES if cause.text in sdk.failure), None)
        said = (f"chosen: {sdk.chosen}", f"xcrun says: {sdk.failure.splitlines()[0]}")
        summary = cause.summary if cause else "xcrun names no SDK"
        yield _finding(cause.word if cause else "other", summary, said, cause.command if cause else INSTALL)


def _finding(word: str, summary: str, evidence: tuple[str, ...], command: str) -> Finding:
    return Finding(f"cgo/sdk/{word}", "error", summary, evidence, WHY, command, (RunByUser(command),))


CHECKS = (
    Check(
        "cgo/sdk",
        "macOS has no SDK to compile C with, or SDKROOT names one that is gone",
        "install or choose the developer tools",
        _sdk,
    ),
)
