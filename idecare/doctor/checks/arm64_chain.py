"""Why a link of a wrong architecture does harm, and what puts it right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from idecare.core.commands import command_text
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.doctor.architecture_chain import Link
from idecare.doctor.base import Check, Finding, RunByUser, Severity
from idecare.doctor.snapshot import Snapshot

Cure = tuple[str, tuple[RunByUser, ...]]

# Apple, "About the Rosetta translation environment": for all programs only through macOS 27.
DEADLINE = tr("Rosetta runs it, more slowly, and general use of Rosetta ends after macOS 27")
NOT_STARTED = tr("it cannot be started on this machine")
FOLLOWS = {
    "shell": tr("what it starts is translated, too: universal programs run as amd64, and installers choose amd64"),
    "python": tr("universal programs that it starts run as amd64, too"),
    "homebrew": tr(
        "this Homebrew installs amd64 programs, go and dlv among them, and its libraries fit no arm64 build"
    ),
    "go": tr("all that it installs (dlv, gopls, linters) is amd64, and so are the toolchains that it downloads"),
    "compiler": tr("two Go archives were unpacked over one another: builds fail or are slow for no visible reason"),
    "toolchain": tr("a go command of that architecture downloaded it; a build in a module that asks for it runs it"),
    "dlv": tr("Delve refuses to debug: 'can not run under Rosetta, check that the installed build of Go is right'"),
    "gopls": tr("the editor waits longer for each answer"),
    "jbr": tr("the launcher loads it into its own process, so both must be of one architecture"),
    "docker": tr("docker builds and runs images of that platform under emulation: slow, with occasional crashes"),
}
SITES = {
    "goland": "https://www.jetbrains.com/go/download",
    "idea": "https://www.jetbrains.com/idea/download",
    "vscode": tr("the product's download page"),
}


def machine_text(host: Host) -> str:
    """The machine, with Apple silicon and Intel distinguished."""
    if host.platform.name != "macos":
        return host.machine
    if host.machine != "arm64":
        return tr("an Intel Mac ({machine})", machine=host.machine)
    if host.is_translated:
        return tr("Apple silicon ({machine}), and this process runs under Rosetta", machine=host.machine)
    return tr("Apple silicon ({machine})", machine=host.machine)


def harm(host: Host, link: Link) -> str:
    """What goes wrong because of it."""
    if link.name == "goarch":
        return tr(
            "builds are for that architecture unless they say otherwise: programs do not run here, or only slowly"
        )
    if link.name == "docker":
        return FOLLOWS["docker"]
    is_translated = host.platform.name == "macos" and host.machine == "arm64"
    first = DEADLINE if is_translated else NOT_STARTED
    follows = FOLLOWS.get(link.name, "") if is_translated or link.name == "jbr" else ""
    if link.name == "dlv" and is_translated:
        return follows
    return tr("; ").join((first, follows)) if follows else first


def cure(host: Host, link: Link) -> Cure:
    """In words, and as commands for the user."""
    match link.name:
        case "shell":
            return _shell(host)
        case "python":
            return tr("install a Python for {machine}, and idecare with it", machine=host.machine), ()
        case "homebrew":
            return _homebrew(link)
        case "go" | "compiler":
            return _go(host, link)
        case "goarch":
            return _target(link)
        case "toolchain":
            return tr(
                "use a go command for this machine; it downloads its own toolchain when a module asks for one"
            ), ()
        case "dlv" | "gopls" | "tool":
            return _tool(host, link)
        case "jbr":
            return tr("go back to the runtime that comes with the IDE"), (RunByUser("idecare jbr reset"),)
        case "docker":
            command = "unset DOCKER_DEFAULT_PLATFORM"
            return tr("unset it, and name the platform in the builds that need another one (--platform)"), (
                RunByUser(command),
            )
        case _:
            return tr(
                "install the build for {machine}: {site}",
                machine=host.machine,
                site=SITES.get(link.name, SITES["vscode"]),
            ), ()


def _shell(host: Host) -> Cure:
    if host.is_translated:
        text = tr(
            "in the Finder, Get Info on the terminal program: untick 'Open using Rosetta'; then open a new window"
        )
        return text, (RunByUser("arch -arm64 /bin/zsh -l"),)
    return tr("use a shell built for {machine}", machine=host.machine), (RunByUser("chsh -s /bin/zsh"),)


def _homebrew(link: Link) -> Cure:
    text = tr(
        "install Homebrew in /opt/homebrew (https://brew.sh) and put its bin folder before /usr/local/bin in PATH"
    )
    if link.path and link.path.parent.parent.name == "homebrew":
        return tr("use the Homebrew in /usr/local, the one for Intel"), ()
    return text, (RunByUser('eval "$(/opt/homebrew/bin/brew shellenv)"'),)


def _go(host: Host, link: Link) -> Cure:
    if "Cellar" in str(link.path):
        return tr("install go with the Homebrew for this machine"), (RunByUser("/opt/homebrew/bin/brew install go"),)
    system = {"macos": "darwin"}.get(host.platform.name, host.platform.name)
    return (
        tr(
            "remove it, then install the {system}-{machine} archive of https://go.dev/dl (unpack it into an "
            "empty folder), or use the version manager that installed it",
            system=system,
            machine=host.machine,
        ),
        (),
    )


def _target(link: Link) -> Cure:
    return tr("unset it, and set it for the single build that needs it"), (RunByUser(link.unset),)


def _tool(host: Host, link: Link) -> Cure:
    text = tr("build it again with a go command for {machine}", machine=host.machine)
    if not link.package:
        return text, ()
    return text, (RunByUser(command_text("go", "install", link.package)),)


ID = "arm64/chain"
# Programs of the first run natively on the second.
NATIVE = {("386", "amd64"), ("arm", "arm64")}


def check_chain(snapshot: Snapshot) -> Iterable[Finding]:
    """A finding for each wrong link; the first of them is the cause to correct, and shows the whole chain."""
    host, chain = snapshot.host, snapshot.chain
    wrong = [link for link in chain if not fits(host, link) and not _is_spare(chain, link)]
    used = [link for link in wrong if link.in_use]
    if used:
        yield _cause(host, chain, used)
    for link in used[1:]:
        yield _finding(host, link, _severity(host, link), tr("follows after {title} in the chain", title=used[0].title))
    for link in wrong:
        if not link.in_use:
            yield _finding(host, link, "info", tr("neither this shell nor an IDE takes it, as far as can be seen"))


def fits(host: Host, link: Link) -> bool:
    return host.machine in link.architectures or any((built, host.machine) in NATIVE for built in link.architectures)


def _is_spare(chain: Sequence[Link], link: Link) -> bool:
    """A toolchain of another architecture that lies next to a right one of the same version is not taken any more."""
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
    """As grave as the worst that follows from it, so that it is reported before that."""
    link = wrong[0]
    grades = {_severity(host, each) for each in wrong}
    finding = _finding(host, link, "error" if "error" in grades else "warning", "")
    summary = tr(
        "the first wrong link of the chain is {title}: for {architectures}, this machine is {machine}",
        title=link.title,
        architectures=tr(" and ").join(link.architectures),
        machine=machine_text(host),
    )
    lines = (tr("machine: {machine}", machine=machine_text(host)), *(_line(host, each) for each in chain))
    return Finding(finding.id, finding.severity, summary, lines, finding.why, finding.fix, finding.remedies)


def _line(host: Host, link: Link) -> str:
    mark = tr("right") if fits(host, link) else tr("WRONG")
    place = f"{link.path} ({link.source})" if link.path else link.source
    return f"{mark}: {link.title}: {'+'.join(link.architectures)}: {place}"


def _finding(host: Host, link: Link, severity: Severity, note: str) -> Finding:
    fix, remedies = cure(host, link)
    return Finding(
        id=f"{ID}/{link.name}",
        severity=severity,
        summary=tr(
            "{title}: for {architectures}, this machine is {machine}",
            title=link.title,
            architectures=tr(" and ").join(link.architectures),
            machine=machine_text(host),
        ),
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
        tr("a link from the shell over Homebrew, go, its tools and the IDEs to Docker is for another processor"),
        tr("replace the first wrong link by a build for this machine; what it has built is then built again"),
        check_chain,
    ),
)
