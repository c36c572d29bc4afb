"""The doctor's findings as Markdown that can be shown to others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from idecare import __version__
from idecare.cli.render.doctor import headline
from idecare.core.host import Host
from idecare.core.humanize import visible
from idecare.doctor.base import Check, Finding
from idecare.doctor.runner import Examined, worst_first
from idecare.doctor.snapshot import Snapshot
from idecare.golang.environment import go_environment
from idecare.golang.module import ModuleFile


def markdown(examined: Sequence[Examined], snapshot: Snapshot, redactions: Sequence[Redaction]) -> str:
    """What was found, on what, and what passed. What shows who the user is has been taken out."""
    return redact("\n".join(map(visible, _lines(examined, snapshot))), redactions)


def _lines(examined: Sequence[Examined], snapshot: Snapshot) -> Iterator[str]:
    findings = worst_first(examined)
    yield from ("# idecare doctor", "", headline(findings, len(examined)), "", "## Set-up", "")
    yield from (f"- {line}" for line in _setup(snapshot))
    for finding in findings:
        yield from ("", *_section(finding))
    passed = [f"`{one.check.id}`" for one in examined if one.state == "passed"]
    yield from ("", "## Passed", "", ", ".join(passed) or "nothing")


def _setup(snapshot: Snapshot) -> Iterator[str]:
    host = snapshot.host
    yield f"idecare {__version__}"
    yield f"{host.platform.name} {host.release}, {host.machine}{', under Rosetta' if host.is_translated else ''}"
    for install in snapshot.go_installs:
        yield f"Go {install.version or '?'}: {_code(f'{install.path} ({install.source})')}"
    for install in snapshot.jetbrains_installs:
        yield f"{install.product} {install.version or '?'}: {_code(str(install.path))}"


def _section(finding: Finding) -> Iterator[str]:
    yield f"## {finding.severity}: {finding.summary}"
    yield from ("", f"`{finding.id}`", "", "```")
    yield from finding.evidence
    yield from ("```", "", f"- Why: {finding.why}", f"- Fix: {finding.fix}")


def _code(text: str) -> str:
    """As code, whatever backticks are in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence}{text}{fence}"


GROUP_TITLES = {
    "arm64": "arm64: from the machine to the debugger",
    "go": "go: installs, versions, variables, places",
    "cgo": "cgo: compilers, libraries, images",
    "delve": "delve: the debugger",
    "goland": "goland: options, runtime, leftovers",
    "vscode": "vscode: settings",
    "caches": "caches: sizes, leftovers, damage",
}
LIST_HEAD = """# What `idecare doctor` checks

Made from the code by `idecare doctor --list --report`. A finding's id is its check's, or that and a word behind it.
`idecare doctor ID` and `idecare doctor GROUP` run some of them.
"""


def list_markdown(checks: Sequence[Check]) -> str:
    """Each check with what is right when it passes, and what to do when it does not."""
    return "\n".join((LIST_HEAD, *_groups(checks)))


def _groups(checks: Sequence[Check]) -> Iterator[str]:
    for group in dict.fromkeys(check.group for check in checks):
        yield from (f"## {GROUP_TITLES[group]}", "", "| id | what it looks for | fix |", "| --- | --- | --- |")
        yield from (f"| `{one.id}` | {_cell(one.meaning)} | {_cell(one.fix)} |" for one in checks if one.group == group)
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


PRIVATE_VARIABLES = ("GOPRIVATE", "GONOPROXY", "GONOSUMDB")
SHORTEST_NAME = 3  # a shorter name occurs in words

# What to look for, and what replaces it; in this order.
Redaction = tuple[re.Pattern[str], str]


def redact(text: str, redactions: Iterable[Redaction]) -> str:
    for pattern, instead in redactions:
        text = pattern.sub(instead, text)
    return text


def redactions(host: Host, module: ModuleFile | None, node: str, packages: Iterable[str] = ()) -> tuple[Redaction, ...]:
    """Longer things before those that are parts of them. ``packages``: those of projects."""
    return (
        (re.compile(r"(?<=://)[^/@\s]+@"), "<hidden>@"),
        *_module(module),
        *(_word(name, "<package>") for name in sorted(packages, key=len, reverse=True)),
        *_private(host),
        *_folder(host.home, "~"),
        *(_word(name, "<user>") for name in _user_names(host)),
        *(_word(name, "<host>") for name in (node, node.partition(".")[0]) if len(name) >= SHORTEST_NAME),
    )


def _module(module: ModuleFile | None) -> Iterator[Redaction]:
    if module is None:
        return
    if module.module:
        yield _word(module.module, "<this module>")
    yield from _folder(module.root, "<module>")


def _folder(path: Path | None, instead: str) -> Iterator[Redaction]:
    if path is not None and len(path.parts) > 1:
        yield re.compile(rf"{re.escape(str(path))}(?![\w.-])"), instead


def _private(host: Host) -> Iterator[Redaction]:
    """Module paths by the patterns that keep them from the public proxy, in folder names too, where a capital letter
    has an exclamation mark before it."""
    environment = go_environment(host)
    for name in PRIVATE_VARIABLES:
        for glob in environment.lookup(name).value.split(","):
            if glob.strip():
                escaped = re.sub(r"[A-Z]", lambda match: f"!{match[0].lower()}", glob.strip())
                for form in dict.fromkeys((glob.strip(), escaped)):
                    pattern = re.escape(form).replace(r"\*", r"[^/\s]*").replace(r"\?", r"[^/\s]")
                    yield re.compile(rf"(?<![\w.-]){pattern}(?:/[\w.!~+-]+)*"), "<private module>"


def _user_names(host: Host) -> Iterator[str]:
    names = (host.home.name if host.home else None, *map(host.variable, ("USER", "LOGNAME", "USERNAME")))
    yield from dict.fromkeys(name for name in names if name and len(name) >= SHORTEST_NAME)


def _word(word: str, instead: str) -> Redaction:
    return re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])"), instead
