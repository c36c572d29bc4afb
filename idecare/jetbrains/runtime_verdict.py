"""Whether a Java runtime is right for an IDE: also what its launcher does not check before it is too late."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, assert_never

from idecare.core.frozen import frozen
from idecare.core.host import MACHINES, Host
from idecare.core.language import tr
from idecare.core.locations import Install, Runtime
from idecare.core.platforms import MACOS
from idecare.jetbrains.jvm import Accepted, AcceptedWithWarnings, NotRunnable, Refused, Verdict
from idecare.jetbrains.jvm.option_lint import Remark
from idecare.jetbrains.launcher.files import Option
from idecare.jetbrains.launcher.runtime import java_file, library_file
from idecare.jetbrains.runtimes import parse_release
from idecare.system.executables import read_binary
from idecare.system.files import read_text

JETBRAINS = "JetBrains"  # the IDE's own rule: IMPLEMENTOR begins with it
# The embedded browser's library, as JBR builds with it have it.
BROWSER_FILES = {
    "linux": "lib/libcef.so",
    "macos": "../Frameworks/Chromium Embedded Framework.framework",
    "windows": "bin/libcef.dll",
}
ARCHITECTURE_NAMES = {"amd64": "x86-64", "arm64": "arm64"}


@frozen
class RuntimeFacts:
    """A runtime as its files show it. ``architectures`` are those of its library in Go's spelling, else of ``release``;
    ``has_jcef`` is ``None`` where it is not known."""

    home: Path
    version: str | None
    major: int | None
    vendor: str | None
    vendor_version: str | None
    architectures: tuple[str, ...]
    has_jcef: bool | None


@frozen
class Needs:
    """What an IDE asks of a runtime. ``architectures`` are its launcher's; ``major`` is that of its own runtime. Empty
    and ``None`` where that is not known."""

    name: str
    architectures: tuple[str, ...] = ()
    major: int | None = None


@frozen
class Finding:
    """One thing about a runtime. With an ``error`` the IDE does not start or not work; ``options`` are at fault."""

    severity: Literal["error", "warning", "note"]
    code: str
    message: str
    next_step: str = ""
    options: tuple[Option, ...] = ()


def read_facts(host: Host, home: Path) -> RuntimeFacts:
    """What the files of the runtime at ``home`` say."""
    values = parse_release(read_text(home / "release") or "")
    named = values.get("OS_ARCH", "").lower()
    library = read_binary(library_file(host, home)) or read_binary(java_file(host, home))
    version = values.get("JAVA_VERSION")
    return RuntimeFacts(
        home=home,
        version=version,
        major=Runtime(home, "", version).major,
        vendor=values.get("IMPLEMENTOR"),
        vendor_version=values.get("IMPLEMENTOR_VERSION"),
        architectures=library.architectures if library else ((MACHINES.get(named, named),) if named else ()),
        has_jcef=_has_jcef(host, home, values),
    )


def needs_of(host: Host, install: Install) -> Needs:
    """What the install's own launcher and its own runtime show."""
    binary = read_binary(install.binary) if install.binary else None
    bundled = install.path / ("Contents/jbr/Contents/Home" if host.platform is MACOS else "jbr")
    name = f"{install.selector or install.product}"
    return Needs(name, binary.architectures if binary else (), read_facts(host, bundled).major)


def _has_jcef(host: Host, home: Path, values: dict[str, str]) -> bool | None:
    modules = values.get("MODULES", "").split()
    if "jcef" in modules or "jcef" in values.get("IMPLEMENTOR_VERSION", "").split("-"):
        return True
    if os.path.exists(home / BROWSER_FILES[host.platform.name]):
        return True
    return False if modules or os.path.isdir(home / "lib") else None


def judge_runtime(
    host: Host, facts: RuntimeFacts, needs: Needs, verdict: Verdict | None, remarks: Sequence[Remark] = ()
) -> tuple[Finding, ...]:
    """Everything about a runtime that its user should know, worst first. ``verdict``: of a run, if there was one."""
    findings = (
        *_architecture(host, facts, needs),
        *_major(facts, needs),
        *_vendor(facts),
        *(_run(verdict) if verdict else ()),
        *_remarks(remarks, verdict),
    )
    order = ("error", "warning", "note")
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))


def _architecture(host: Host, facts: RuntimeFacts, needs: Needs) -> Iterator[Finding]:
    own = facts.architectures
    if own and needs.architectures and not set(own) & set(needs.architectures):
        message = tr(
            "the runtime is built for {own}, {ide} for {needed}: it cannot load it",
            own=_names(own),
            ide=needs.name,
            needed=_names(needs.architectures),
        )
        fix = tr("choose one of the IDE's kind: idecare jbr use, or reset")
        yield Finding("error", "architecture", message, fix)
    elif own and not needs.architectures and host.machine not in own:
        message = tr(
            "the runtime is built for {own}; this machine is {machine}",
            own=_names(own),
            machine=_names((host.machine,)),
        )
        yield Finding("error", "architecture", message, tr("choose one for this machine"))
    if needs.architectures and host.machine not in needs.architectures:
        message = tr(
            "{ide} is built for {architectures}; this machine is {machine}",
            ide=needs.name,
            architectures=_names(needs.architectures),
            machine=_names((host.machine,)),
        )
        yield Finding("warning", "translated", message, tr("install the build for this machine: it runs much faster"))


def _names(architectures: tuple[str, ...]) -> str:
    return tr(" and ").join(ARCHITECTURE_NAMES.get(name, name) for name in architectures)


def _major(facts: RuntimeFacts, needs: Needs) -> Iterator[Finding]:
    if facts.major is None:
        message = tr("{file} does not name the version", file=facts.home / "release")
        yield Finding("warning", "unknown-version", message)
    elif needs.major is not None and facts.major < needs.major:
        message = tr(
            "Java {major} is too old: {ide} comes with Java {needed} and may need it",
            major=facts.major,
            ide=needs.name,
            needed=needs.major,
        )
        yield Finding("error", "too-old", message, tr("choose a runtime of Java {major}", major=needs.major))
    elif needs.major is not None and facts.major > needs.major:
        message = tr(
            "Java {major} is newer than the Java {needed} that {ide} was tested with",
            major=facts.major,
            needed=needs.major,
            ide=needs.name,
        )
        yield Finding("note", "newer", message)


def _vendor(facts: RuntimeFacts) -> Iterator[Finding]:
    if facts.vendor is None or not facts.vendor.startswith(JETBRAINS):
        message = tr(
            "made by {vendor}, not a JetBrains Runtime: its fixes and web views lack",
            vendor=facts.vendor or tr("an unknown vendor"),
        )
        yield Finding("warning", "vendor", message, tr("the bundled one: idecare jbr reset"))
    elif facts.has_jcef is False:
        yield Finding("warning", "no-jcef", tr("without JCEF: Markdown preview and other web views do not work"))


def _run(verdict: Verdict) -> Iterator[Finding]:
    match verdict:
        case Accepted():
            yield from _ignored(verdict.ignored)
        case AcceptedWithWarnings(warnings=warnings):
            yield from (Finding("warning", "jvm-warning", warning) for warning in warnings)
            yield from _ignored(verdict.ignored)
        case Refused(text=text, options=options):
            message = tr("the JVM does not start with the options in force: {text}", text=text)
            yield Finding(
                "error", "options-refused", message, tr("change what is named, or: idecare configure"), options
            )
        case NotRunnable(reason=reason, text=text):
            yield Finding("error", reason.replace(" ", "-"), text, tr("choose another: idecare jbr list, or jbr reset"))
        case _:
            assert_never(verdict)


def _ignored(options: Sequence[Option]) -> Iterator[Finding]:
    if options:
        yield Finding("note", "options-ignored", tr("options that this runtime does not know"), options=tuple(options))


def _remarks(remarks: Sequence[Remark], verdict: Verdict | None) -> Iterator[Finding]:
    """What the run said already is not said twice."""
    if isinstance(verdict, Refused):
        return
    known = {option.text for option in getattr(verdict, "ignored", ())}
    for remark in remarks:
        if remark.kind != "ignored" or not {option.text for option in remark.options} <= known:
            severity: Literal["warning", "note"] = "note" if remark.kind == "ignored" else "warning"
            yield Finding(severity, remark.kind.replace(" ", "-"), remark.message, options=remark.options)
