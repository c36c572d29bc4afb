"""Why a link of a wrong architecture does harm, and what puts it right."""

from __future__ import annotations

from idecare.core.host import Host
from idecare.doctor.architecture_chain.link import Link
from idecare.doctor.base import RunByUser

Cure = tuple[str, tuple[RunByUser, ...]]

# Apple, "About the Rosetta translation environment": for all programs only through macOS 27.
DEADLINE = "Rosetta runs it, more slowly, and general use of Rosetta ends after macOS 27"
NOT_STARTED = "it cannot be started on this machine"
FOLLOWS = {
    "shell": "what it starts is translated, too: universal programs run as amd64, and installers choose amd64",
    "python": "universal programs that it starts run as amd64, too",
    "homebrew": "this Homebrew installs amd64 programs, go and dlv among them, and its libraries fit no arm64 build",
    "go": "all that it installs (dlv, gopls, linters) is amd64, and so are the toolchains that it downloads",
    "compiler": "two Go archives were unpacked over one another: builds fail or are slow in odd ways",
    "toolchain": "a go command of that architecture downloaded it; a build in a module that asks for it runs it",
    "dlv": "Delve refuses to debug: 'can not run under Rosetta, check that the installed build of Go is right'",
    "gopls": "the editor waits longer for each answer",
    "jbr": "the launcher loads it into its own process, so both must be of one architecture",
    "docker": "docker builds and runs images of that platform under emulation: slow, with occasional crashes",
}
SITES = {
    "goland": "https://www.jetbrains.com/go/download",
    "idea": "https://www.jetbrains.com/idea/download",
    "vscode": "the product's download page",
}


def machine_text(host: Host) -> str:
    """The machine, with Apple silicon and Intel told apart."""
    if host.platform.name != "macos":
        return host.machine
    if host.machine != "arm64":
        return f"an Intel Mac ({host.machine})"
    return f"Apple silicon ({host.machine}){', and this process runs under Rosetta' if host.is_translated else ''}"


def harm(host: Host, link: Link) -> str:
    """What goes wrong because of it."""
    if link.name == "goarch":
        return "builds are for that architecture unless they say otherwise: programs do not run here, or only slowly"
    if link.name == "docker":
        return FOLLOWS["docker"]
    is_translated = host.platform.name == "macos" and host.machine == "arm64"
    first = DEADLINE if is_translated else NOT_STARTED
    follows = FOLLOWS.get(link.name, "") if is_translated or link.name == "jbr" else ""
    if link.name == "dlv" and is_translated:
        return follows
    return f"{first}; {follows}" if follows else first


def cure(host: Host, link: Link) -> Cure:
    """In words, and as commands for the user."""
    match link.name:
        case "shell":
            return _shell(host)
        case "python":
            return f"install a Python for {host.machine}, and idecare with it", ()
        case "homebrew":
            return _homebrew(link)
        case "go" | "compiler":
            return _go(host, link)
        case "goarch":
            return _target(link)
        case "toolchain":
            return "use a go command for this machine; it downloads its own toolchain when a module asks for one", ()
        case "dlv" | "gopls" | "tool":
            return _tool(host, link)
        case "jbr":
            return "go back to the runtime that comes with the IDE", (RunByUser("idecare jbr reset"),)
        case "docker":
            command = "unset DOCKER_DEFAULT_PLATFORM"
            return "unset it, and name the platform in the builds that need another one (--platform)", (
                RunByUser(command),
            )
        case _:
            return f"install the build for {host.machine}: {SITES.get(link.name, SITES['vscode'])}", ()


def _shell(host: Host) -> Cure:
    if host.is_translated:
        text = "in the Finder, Get Info on the terminal program: untick 'Open using Rosetta'; then open a new window"
        return text, (RunByUser("arch -arm64 /bin/zsh -l"),)
    return f"use a shell built for {host.machine}", (RunByUser("chsh -s /bin/zsh"),)


def _homebrew(link: Link) -> Cure:
    text = "install Homebrew in /opt/homebrew (https://brew.sh) and put its bin folder before /usr/local/bin in PATH"
    if link.path and link.path.parent.parent.name == "homebrew":
        return "use the Homebrew in /usr/local, the one for Intel", ()
    return text, (RunByUser('eval "$(/opt/homebrew/bin/brew shellenv)"'),)


def _go(host: Host, link: Link) -> Cure:
    if "Cellar" in str(link.path):
        return "install go with the Homebrew for this machine", (RunByUser("/opt/homebrew/bin/brew install go"),)
    system = {"macos": "darwin"}.get(host.platform.name, host.platform.name)
    return (
        f"remove it, then install the {system}-{host.machine} archive of https://go.dev/dl "
        "(unpack it into an empty folder), or use the version manager that installed it",
        (),
    )


def _target(link: Link) -> Cure:
    command = "unset GOARCH" if "environment" in link.source else "go env -u GOARCH"
    return "unset it, and set it for the single build that needs it", (RunByUser(command),)


def _tool(host: Host, link: Link) -> Cure:
    text = f"build it again with a go command for {host.machine}"
    if not link.package:
        return text, ()
    return text, (RunByUser(f"go install {link.package}"),)
