"""Flags in one text, as in GOFLAGS: split at blanks that are not in quotes (go1.26.8, cmd/internal/quoted)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

# Quotes count at the beginning of a flag only, and nothing in them is escaped.
FLAG = re.compile(r"""'([^']*)'|"([^"]*)"|(\S+)""")


def split_flags(text: str) -> tuple[str, ...]:
    """Each flag as it is written, without its quotes."""
    return tuple("".join(groups) for groups in FLAG.findall(text))


def normal_flags(text: str) -> tuple[str, ...]:
    """The flags with one dash: go takes ``--mod=mod`` for ``-mod=mod``."""
    return tuple(_normal(flag) for flag in split_flags(text))


def module_mode(text: str) -> str:
    """The value of ``-mod``: the last one counts. Empty without one."""
    modes = [flag for flag in normal_flags(text) if flag.startswith("-mod=")]
    return modes[-1].partition("=")[2] if modes else ""


def join_flags(flags: Iterable[str]) -> str:
    """The text that ``split_flags`` splits into these."""
    return " ".join(_quoted(flag) for flag in flags)


def changed_flags(text: str, gone: Container[str], added: Iterable[str] = ()) -> str:
    """The text without the flags that are ``gone``, which have one dash, and with those ``added``; the others stay."""
    return join_flags((*(flag for flag in split_flags(text) if _normal(flag) not in gone), *added))


def _normal(flag: str) -> str:
    return flag[1:] if flag.startswith("--") else flag


def _quoted(flag: str) -> str:
    if flag.split() == [flag] and flag[0] not in "'\"":
        return flag
    return f'"{flag}"' if "'" in flag else f"'{flag}'"
