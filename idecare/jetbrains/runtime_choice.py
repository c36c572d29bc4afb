"""Runtimes as an IDE would get them: the judgement on the one it takes, and the plan for giving it another."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from idecare.changes.plan import Change, FileChange, RemoveFile, WriteFile
from idecare.core.errors import IdecareError, UsageError
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import mark, tr
from idecare.core.locations import Install, Runtime
from idecare.core.platforms import MACOS
from idecare.core.reading import read_file
from idecare.jetbrains.jvm import Verdict
from idecare.jetbrains.jvm.dry_start import Proof, prove
from idecare.jetbrains.jvm.option_lint import Remark, lint_options
from idecare.jetbrains.jvm.start import dry_run
from idecare.jetbrains.launcher import Launch, simulate
from idecare.jetbrains.launcher.home import LaunchFailure
from idecare.jetbrains.launcher.options import EffectiveOptions
from idecare.jetbrains.launcher.runtime import ChosenRuntime, NoRuntime, SkippedRuntime, runtime_file
from idecare.jetbrains.runtime_verdict import Finding, Needs, RuntimeFacts, judge_runtime, needs_of, read_facts
from idecare.system.files import real

AS_NAMED = tr("as named")


@frozen
class Judged:
    """A runtime and all that is to be said of it, for one IDE or (``install`` is ``None``) for this machine alone.

    ``facts`` are ``None`` where the launcher finds no runtime at all.
    """

    install: Install | None
    facts: RuntimeFacts | None
    via: str
    passed: tuple[SkippedRuntime, ...]
    findings: tuple[Finding, ...]
    proof: Proof | None = None

    @property
    def is_wrong(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)


def judge_install(host: Host, install: Install, memory_bytes: int | None, proof: Proof | None = None) -> Judged:
    """The runtime that the launcher of ``install`` takes. ``proof``: of a start that is being planned."""
    proof = proof or prove(host, install.path, {})
    runtime = proof.launch.runtime if proof.launch else None
    failures = tuple(_launch_failures(proof))
    if not isinstance(runtime, ChosenRuntime):
        return Judged(install, None, "", runtime.passed if runtime else (), failures, proof)
    facts = read_facts(host, runtime.home)
    remarks = _remarks(proof, facts, memory_bytes)
    findings = judge_runtime(host, facts, needs_of(host, install), proof.verdict, remarks)
    findings = (*failures, *_unread_file(proof), *findings)
    return Judged(install, facts, runtime.via, runtime.passed, findings, proof)


def _unread_file(proof: Proof) -> tuple[Finding, ...]:
    """The user's file that the launcher reads and then ignores whole."""
    options = proof.launch.options if proof.launch else None
    if not isinstance(options, EffectiveOptions) or options.damage is None:
        return ()
    message = tr("the launcher ignores {file} whole: {damage}", file=options.user_file, damage=options.damage)
    return (Finding("warning", "unread-file", message, tr("remove what is on that line")),)


def _launch_failures(proof: Proof) -> Sequence[Finding]:
    failure = proof.failure
    if failure is None:
        return ()
    if isinstance(failure, NoRuntime):
        tried = "; ".join(f"{passed.via}: {passed.reason}" for passed in failure.passed)
        message = tr("the launcher finds no runtime: {tried}", tried=tried)
        return (Finding("error", "no-runtime", message, "idecare jbr use PATH"),)
    place = f" ({failure.place})" if failure.place and failure.place not in failure.message else ""
    message = tr("the launcher gives up: {message}", message=f"{failure.message}{place}")
    return (Finding("error", "not-launched", message, failure.hint),)


def _remarks(proof: Proof, facts: RuntimeFacts, memory_bytes: int | None) -> tuple[Remark, ...]:
    """What the JVM takes without a word. A memory that is not known is as large as any heap."""
    if facts.major is None:
        return ()
    return lint_options(proof.options, memory_bytes or 1 << 62, facts.major)


def judge_path(host: Host, named: Path, install: Install | None, memory_bytes: int | None) -> Judged:
    """The runtime in a folder, as if the user had chosen it for ``install``."""
    home = home_inside(host, named)
    if install is not None:
        launch = simulate(host, install.path)
        if isinstance(launch, Launch):
            variable = f"{launch.descriptor.variable}_JDK"
            asked = replace(host, environment={**host.environment, variable: str(bundle_of(host, named))})
            found = judge_install(asked, install, memory_bytes)
            is_taken = found.facts and real(found.facts.home) == real(home)
            return _as_named(found) if is_taken else _skipped(found, variable)
    facts = read_facts(host, home)
    verdict: Verdict = dry_run(host, home, ())
    return Judged(None, facts, AS_NAMED, (), judge_runtime(host, facts, Needs(tr("this machine")), verdict))


def _as_named(found: Judged) -> Judged:
    """The variable was only idecare's way of asking."""
    proof = found.proof
    if proof and proof.launch and proof.runtime:
        proof = replace(proof, launch=replace(proof.launch, runtime=replace(proof.runtime, via=AS_NAMED)))
    return replace(found, via=AS_NAMED, proof=proof)


def _skipped(found: Judged, variable: str) -> Judged:
    """The launcher does not take it; so nothing that was found of the one which it takes instead counts."""
    reason = next((passed.reason for passed in found.passed if passed.via == variable), tr("it looks like no runtime"))
    message = tr("the launcher skips it: {reason}", reason=reason)
    return Judged(found.install, None, AS_NAMED, (), (Finding("error", "passed-over", message),))


def home_inside(host: Host, named: Path) -> Path:
    """The folder with ``bin/java`` of a runtime named by itself or by its macOS bundle."""
    bundled = named / "Contents" / "Home"
    return bundled if host.platform is MACOS and bundled.is_dir() else named


def bundle_of(host: Host, named: Path) -> Path:
    """The folder that the launcher wants to be named: on macOS the bundle."""
    inside = host.platform is MACOS and named.parts[-2:] == ("Contents", "Home")
    return named.parent.parent if inside else named


def find_runtime(host: Host, word: str, known: Sequence[Runtime]) -> Path:
    """The folder to name for a path, or for the name, version or vendor's version of a runtime that was found."""
    if os.sep in word or word in (".", "..") or (host.cwd / word).is_dir():
        folder = Path(os.path.abspath(host.cwd / word))
        if not folder.is_dir():
            message = tr("there is no folder {folder}", folder=folder)
            raise UsageError("no-folder", message, tr("name the folder with bin/java"))
        return bundle_of(host, folder)
    named = [runtime for runtime in known if word in names_of(host, runtime)]
    if len(named) == 1:
        return bundle_of(host, named[0].home)
    found = "\n".join(f"  {bundle_of(host, runtime.home)}" for runtime in named)
    why = mark("'{word}' names {count} runtimes:\n{found}") if named else mark("there is no runtime '{word}'")
    why = tr(why, word=word, count=len(named), found=found)
    raise UsageError("unknown-runtime", why, tr("name its folder; `idecare jbr list` shows them all"))


def names_of(host: Host, runtime: Runtime) -> tuple[str, ...]:
    """The words that name a runtime: its folder's name, then what its release file says."""
    words = (bundle_of(host, runtime.home).name, runtime.vendor_version, runtime.version, str(runtime.major or ""))
    return tuple(dict.fromkeys(word for word in words if word))


def plan_use(host: Host, install: Install, named: Path) -> FileChange | None:
    """Name a runtime in the file that the launcher reads; ``None`` when it does already."""
    file, before = _chosen_file(host, install)
    after = f"{named}\n".encode()
    if before is not None and _first_line(before) == _first_line(after):
        return None
    why = tr("the runtime which the IDE starts with")
    change = Change(file.name, _first_line(before), str(named), why, "jbr use")
    return WriteFile(install.product, file, real(file), before, after, (change,), _why(file))


def plan_reset(host: Host, install: Install) -> FileChange | None:
    """Remove that file, so that the bundled runtime is taken; ``None`` when there is none."""
    file, before = _chosen_file(host, install)
    if before is None:
        return None
    why = tr("without it the bundled runtime is taken")
    change = Change(file.name, _first_line(before), None, why, "jbr reset")
    return RemoveFile(install.product, file, real(file), before, (change,), _why(file))


def _why(file: Path) -> str:
    return tr("the launcher reads the first line of {file} in the default config folder", file=file.name)


def _chosen_file(host: Host, install: Install) -> tuple[Path, bytes | None]:
    launch = simulate(host, install.path)
    if isinstance(launch, LaunchFailure):
        raise IdecareError("not-launched", f"{install.path}: {launch.message}", tr("reinstall it"))
    file = runtime_file(host, launch.descriptor)
    try:
        return file, read_file(file)
    except FileNotFoundError:
        return file, None
    except OSError as error:
        raise IdecareError("unreadable", f"{file}: {error.strerror}", tr("make it readable, or remove it")) from error


def _first_line(data: bytes | None) -> str | None:
    return None if data is None else data.decode(errors="replace").partition("\n")[0].strip()


def shadowing_variable(host: Host, install: Install) -> str | None:
    """The variable that comes before the file, where it is set."""
    launch = simulate(host, install.path)
    name = f"{launch.descriptor.variable}_JDK" if isinstance(launch, Launch) else ""
    return name if host.environment.get(name, "").strip() else None
