"""Taking out of a report what tells who the user is: home, name, host, passwords in addresses, private modules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.host import Host
from idecare.golang.environment import go_environment
from idecare.golang.module import ModuleFile

PRIVATE_VARIABLES = ("GOPRIVATE", "GONOPROXY", "GONOSUMDB")
SHORTEST_NAME = 3  # a shorter name occurs in words

# What to look for, and what stands there instead; in this order.
Redaction = tuple[re.Pattern[str], str]


def redact(text: str, redactions: Iterable[Redaction]) -> str:
    for pattern, instead in redactions:
        text = pattern.sub(instead, text)
    return text


def redactions(host: Host, module: ModuleFile | None, node: str) -> tuple[Redaction, ...]:
    """Longer things before those that are parts of them."""
    return (
        (re.compile(r"(?<=://)[^/@\s]+@"), "<hidden>@"),
        *_module(module),
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
