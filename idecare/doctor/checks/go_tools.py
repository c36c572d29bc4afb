"""Go tools and installs as files show them: tools built with an older Go than the module's, roots of two releases."""

from __future__ import annotations

from collections.abc import Iterable

from idecare.core.commands import command_text, with_variable
from idecare.core.language import tr
from idecare.doctor.base import Check, Finding, RunByUser
from idecare.doctor.go_facts import foreign_files, is_older
from idecare.doctor.snapshot import Snapshot

TOOLS, MIXED = "go/tools", "go/mixed-release"
MOST_SHOWN = 5


def check_tools(snapshot: Snapshot) -> Iterable[Finding]:
    """A tool that checks types refuses a module whose language version is newer than the Go that built the tool."""
    wanted = snapshot.module_file.go if snapshot.module_file else None
    old = [tool for tool in snapshot.built_tools if wanted and is_older(tool.go, wanted)]
    if old and wanted:
        file = snapshot.module_file.path if snapshot.module_file else ""
        yield Finding(
            id=TOOLS,
            severity="warning",
            summary=tr(
                "{count} of the Go tools here were built with an older Go than this module asks for", count=len(old)
            ),
            evidence=(
                tr("go {version} in {path}", version=wanted, path=file),
                *(tr("{path}: built with {version}", path=tool.path, version=tool.go) for tool in old[:MOST_SHOWN]),
            ),
            why=tr(
                "they refuse the code: 'package requires newer Go version ... (application built with go...)', "
                "or cannot read what the compiler wrote"
            ),
            fix=tr("build them again with the newer Go"),
            remedies=tuple(_install(wanted, tool.package) for tool in old[:MOST_SHOWN]),
        )


def _install(wanted: str, package: str) -> RunByUser:
    install = command_text("go", "install", f"{package}@latest")
    return RunByUser(with_variable("GOTOOLCHAIN", _toolchain(wanted), install))


def _toolchain(language: str) -> str:
    return f"go{language}" if language.count(".") > 1 or "rc" in language else f"go{language}.0"


def check_mixed_release(snapshot: Snapshot) -> Iterable[Finding]:
    for install in snapshot.go_installs:
        found = tuple(foreign_files(install.path))
        if found:
            yield Finding(
                id=MIXED,
                severity="error",
                summary=tr("the Go in {folder} holds files of two releases", folder=install.path),
                evidence=(
                    tr("{file} says {version}", file=install.path / "VERSION", version=install.version),
                    *(tr("{file} is of {version}", file=file, version=release) for file, release in found),
                ),
                why=tr(
                    "one was unpacked over the other: builds end with 'redeclared in this block' in files of the "
                    "runtime"
                ),
                fix=tr("remove the whole folder, then unpack one release"),
            )


CHECKS = (
    Check(
        TOOLS,
        tr("gopls, linters and analyzers built with an older Go than the module's"),
        tr("install them again"),
        check_tools,
    ),
    Check(
        MIXED,
        tr("a Go that was unpacked over an older one"),
        tr("remove it all, unpack one release"),
        check_mixed_release,
    ),
)
