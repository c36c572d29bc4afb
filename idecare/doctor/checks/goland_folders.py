"""What GoLand's folders say: relative base folders, leftovers, heap dumps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from idecare.core.commands import command_text
from idecare.core.humanize import age_text, size_text
from idecare.core.language import tr
from idecare.core.platforms import LINUX
from idecare.doctor.base import Check, Finding, RunByUser
from idecare.doctor.snapshot import Snapshot

XDG = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")
LARGE_DUMP_BYTES = 1_000_000_000
RECENT = timedelta(days=30)
OWN_LIMIT_DAYS = 180  # OldDirectoryCleaner.java, 2025: what the IDE itself removes, after the first start of an update


def _xdg(snapshot: Snapshot) -> Iterable[Finding]:
    """PathManager.platformPath takes any value, the launcher's get_xdg_dir an absolute one only."""
    if snapshot.host.platform is not LINUX or not snapshot.jetbrains_installs:
        return
    for name in XDG:
        value = snapshot.host.variable(name)
        if value and not Path(value).is_absolute():
            yield Finding(
                id="goland/xdg",
                severity="warning",
                summary=tr("{variable} is not an absolute path", variable=name),
                evidence=(tr("{variable} in the environment is {value}", variable=name, value=repr(value)),),
                why=tr(
                    "the launcher ignores it while the IDE follows it from wherever it was started, so VM options "
                    "and settings are looked for in different folders"
                ),
                fix=tr("set {variable} to an absolute path, or unset it", variable=name),
                remedies=(RunByUser(f"unset {name}"),),
            )


def _leftovers(snapshot: Snapshot) -> Iterable[Finding]:
    for leftover in snapshot.leftovers:
        age = snapshot.now - leftover.used
        if age > RECENT:
            yield Finding(
                id="goland/leftovers",
                severity="info",
                summary=tr("caches of {ide}, which is not installed, take space", ide=leftover.selector),
                evidence=(tr("{path}, last written {age} ago", path=leftover.path, age=age_text(age.total_seconds())),),
                why=tr(
                    "the IDE removes them by itself only {count} days after their last use. Local History of that "
                    "version is among them",
                    count=OWN_LIMIT_DAYS,
                ),
                fix=tr("in the IDE that is installed: Help > Delete Leftover IDE Directories"),
            )


def _crashes(snapshot: Snapshot) -> Iterable[Finding]:
    for file in snapshot.crash_files:
        is_dump = file.path.suffix == ".hprof"
        if is_dump or snapshot.now - file.written < RECENT:
            yield Finding(
                id="goland/heap-dumps",
                severity="warning" if is_dump and file.size_bytes >= LARGE_DUMP_BYTES else "info",
                summary=tr("{file} of {size} in the home folder", file=file.kind, size=size_text(file.size_bytes))
                if is_dump
                else tr("{file} in the home folder", file=file.kind),
                evidence=(
                    tr(
                        "{path}, written {age} ago",
                        path=file.path,
                        age=age_text((snapshot.now - file.written).total_seconds()),
                    ),
                ),
                why=tr("the IDE ran out of memory and wrote its whole heap; nothing ever removes the file")
                if is_dump
                else tr("the JVM of the IDE crashed; the first lines say where"),
                fix=tr("a larger heap (idecare configure), then remove the file")
                if is_dump
                else tr("report it to JetBrains if it comes again, and remove the file"),
                remedies=(RunByUser(command_text("rm", file.path)),),
            )


CHECKS = (
    Check("goland/xdg", tr("an XDG variable is not an absolute path"), tr("make it absolute"), _xdg),
    Check(
        "goland/leftovers",
        tr("caches of versions that are no longer installed"),
        "Help > Delete Leftover IDE Directories",
        _leftovers,
    ),
    Check("goland/heap-dumps", tr("heap dumps and fresh crash logs in the home folder"), tr("remove them"), _crashes),
)
