"""The arm64 truth chain: the first link from the machine to the debugger that is built for another architecture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from idecare.core.host import Host
from idecare.doctor.architecture_chain.link import Link
from idecare.doctor.base import Check, Finding, Severity
from idecare.doctor.checks.arm64_texts import cure, harm, machine_text
from idecare.doctor.snapshot import Snapshot

ID = "arm64/chain"
# Programs of the first run natively on the second.
NATIVE = {("386", "amd64"), ("arm", "arm64")}


def check_chain(snapshot: Snapshot) -> Iterable[Finding]:
    """A finding for each wrong link; the first of them is the cause to look at, and shows the whole chain."""
    host, chain = snapshot.host, snapshot.chain
    wrong = [link for link in chain if not fits(host, link) and not _is_spare(chain, link)]
    used = [link for link in wrong if link.in_use]
    if used:
        yield _cause(host, chain, used)
    for link in used[1:]:
        yield _finding(host, link, _severity(host, link), f"follows after {used[0].title} in the chain")
    for link in wrong:
        if not link.in_use:
            yield _finding(host, link, "info", "neither this shell nor an IDE takes it, as far as can be seen")


def fits(host: Host, link: Link) -> bool:
    return host.machine in link.architectures or any((built, host.machine) in NATIVE for built in link.architectures)


def _is_spare(chain: Sequence[Link], link: Link) -> bool:
    """A toolchain of another architecture that lies beside a right one of the same version is not taken any more."""
    return link.name == "toolchain" and any(
        other is not link and other.title == link.title and other.architectures != link.architectures for other in chain
    )


def _severity(host: Host, link: Link) -> Severity:
    """What Rosetta translates is slow and makes more of its kind; a debugger is not translated, nor is arm64."""
    if link.name in ("goarch", "docker", "homebrew", "tool"):
        return "warning"
    return "warning" if _is_translated(host) and link.name != "dlv" else "error"


def _is_translated(host: Host) -> bool:
    return host.platform.name == "macos" and host.machine == "arm64"


def _cause(host: Host, chain: Sequence[Link], wrong: Sequence[Link]) -> Finding:
    """As grave as the worst that follows from it, so that it is told before that."""
    link = wrong[0]
    grades = {_severity(host, each) for each in wrong}
    finding = _finding(host, link, "error" if "error" in grades else "warning", "")
    summary = f"the first wrong link of the chain is {link.title}: {finding.summary.partition(': ')[2]}"
    lines = (f"machine: {machine_text(host)}", *(_line(host, each) for each in chain))
    return Finding(finding.id, finding.severity, summary, lines, finding.why, finding.fix, finding.remedies)


def _line(host: Host, link: Link) -> str:
    mark = "right" if fits(host, link) else "WRONG"
    place = f"{link.path} ({link.source})" if link.path else link.source
    return f"{mark}: {link.title}: {'+'.join(link.architectures)}: {place}"


def _finding(host: Host, link: Link, severity: Severity, note: str) -> Finding:
    fix, remedies = cure(host, link)
    return Finding(
        id=f"{ID}/{link.name}",
        severity=severity,
        summary=f"{link.title}: for {' and '.join(link.architectures)}, this machine is {machine_text(host)}",
        evidence=tuple(_evidence(link, note)),
        why=harm(host, link),
        fix=fix,
        remedies=remedies,
    )


def _evidence(link: Link, note: str) -> Iterator[str]:
    yield f"{link.path} ({link.source})" if link.path else link.source
    if note:
        yield note


CHECKS = (
    Check(
        ID,
        "a link from the shell over Homebrew, go, its tools and the IDEs to Docker is for another processor",
        "replace the first wrong link by a build for this machine; what it has built is then built anew",
        check_chain,
    ),
)
