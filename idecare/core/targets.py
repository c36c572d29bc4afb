"""The registered cache targets: the command line's word for each, and the module that holds everything about it.

Adding a target takes its module (``caches/base.py`` says what is in it) and one line here. A module is imported when
its target is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from idecare.core.errors import UsageError, nearest
from idecare.core.language import tr

TARGETS = {
    "gocache": "idecare.caches.gocache",
    "testcache": "idecare.caches.testcache",
    "fuzzcache": "idecare.caches.fuzzcache",
    "modcache": "idecare.caches.modcache",
    "gopls": "idecare.caches.gopls",
    "goimports": "idecare.caches.goimports",
    "goland": "idecare.caches.goland",
    "vscode": "idecare.caches.vscode",
}
DEFAULT_TARGETS = ("gocache", "modcache", "gopls", "goland")


def registered(name: str) -> Any:
    """The target of that name (``caches.base.Target``)."""
    return import_module(TARGETS[name]).TARGET


def aliases() -> dict[str, str]:
    """Spellings of scripts and blogs, each with its target."""
    return {alias: target for target in TARGETS for alias in registered(target).aliases}


def resolve_target(word: str) -> str:
    """The target a word stands for; UsageError with the nearest name when there is none."""
    name = word.lower()
    if name in TARGETS:
        return name
    spellings = aliases()
    if name in spellings:
        return spellings[name]
    hint = tr("targets: {names}", names=", ".join(TARGETS))
    raise UsageError(
        "unknown-target",
        tr("there is no target '{word}'.{did_you_mean}", word=word, did_you_mean=nearest(word, (*TARGETS, *spellings))),
        hint,
    )


def misnomer(word: str) -> str:
    """What is to be said about a word that names something else than its users believe; "" for all other words."""
    notes: dict[str, str] = dict(registered(resolve_target(word)).misnomers)
    return notes.get(word.lower(), "")
