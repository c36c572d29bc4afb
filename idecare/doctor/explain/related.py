"""Which groups of the doctor's checks may help with a text that nobody knows."""

from __future__ import annotations

import re

# group -> words that point to it, as they stand in logs
WORDS = {
    "arm64": r"rosetta|arm64|aarch64|x86_64|architecture|mach-o|cpu type",
    "cgo": r"cgo|gcc|clang|ld:|linker|pkg-config|undefined (?:reference|symbols)|xcode|\.h\b",
    "delve": r"dlv|delve|debugger|breakpoint|ptrace|lldb",
    "goland": r"goland|jetbrains|intellij|idea\.|jvm|java|vmoptions|outofmemory",
    "vscode": r"vscode|vs code|settings\.json|gopls|extension host|cursor|windsurf",
    "caches": r"pkg/mod|go-build|gocache|gomodcache|checksum|\.zip|disk|cache",
    "go": r"\bgo\b|go:|goroot|gopath|go\.mod|module|toolchain|package",
}


def related_groups(text: str) -> tuple[str, ...]:
    """The groups that the text points to; () when it points nowhere, which is to say all."""
    lower = text.lower()
    return tuple(group for group, words in WORDS.items() if re.search(words, lower))
