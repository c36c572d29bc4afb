"""The words by which the command line knows caches."""

from __future__ import annotations

from idecare.core.errors import UsageError, nearest

TARGETS = ("gocache", "testcache", "fuzzcache", "modcache", "gopls", "goimports", "goland", "vscode")
DEFAULT_TARGETS = ("gocache", "modcache", "gopls", "goland")
# Spellings of scripts and blogs.
ALIASES = {"go-build": "gocache", "go-mod": "modcache", "goindex": "goland", "goland-index": "goland"}
FOLKLORE = {"goindex": "no IDE has a folder goIndex; cleaning GoLand's index (target goland)"}


def resolve_target(word: str) -> str:
    """The target a word stands for; UsageError with the nearest name when there is none."""
    name = ALIASES.get(word.lower(), word.lower())
    if name in TARGETS:
        return name
    hint = f"targets: {', '.join(TARGETS)}"
    raise UsageError("unknown-target", f"there is no target '{word}'.{nearest(word, (*TARGETS, *ALIASES))}", hint)
