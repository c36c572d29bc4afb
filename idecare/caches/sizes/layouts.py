"""Says for each cache where a folder's identity proves that the sizes inside have not changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto

from idecare.golang.environment import CACHE_FOLDERS


class Rule(Enum):
    """How far a scan may be trusted next time.

    A folder's mtime moves when a name in it comes, goes or is replaced, and never when a file grows in place. So it
    proves something only where files are written once.
    """

    EVERY_TIME = auto()  # files are written in place: no proof exists
    FOLDER = auto()  # the folder proves the files directly in it
    ACTIONS = auto()  # the same, and its -a files have all one size
    TREE = auto()  # the folder proves everything below it


Layout = Callable[[bytes], Rule]  # path relative to the root, b"" for the root itself

GOCACHE_FOLDERS = frozenset(name.encode() for name in CACHE_FOLDERS)
MODULE_TREE = re.compile(rb"(?P<path>.+)@(?P<version>[^/@]+)")


def go_build_cache(relative: bytes) -> Rule:
    """Entries are named by their content. trim.txt and testexpire.txt beside the 256 folders are rewritten in place.

    Source: cmd/go go1.27.3, src/cmd/go/internal/cache/cache.go.
    """
    if not relative:
        return Rule.EVERY_TIME
    return Rule.ACTIONS if relative in GOCACHE_FOLDERS else Rule.FOLDER


def module_cache(relative: bytes) -> Rule:
    """An extracted tree never changes; in cache/download files are made once; cache/vcs holds git repositories, whose
    FETCH_HEAD and refs are written in place.

    Source: cmd/go go1.27.3, src/cmd/go/internal/modfetch (fetch.go, cache.go).
    """
    if relative == b"cache/vcs" or relative.startswith(b"cache/vcs/"):
        return Rule.EVERY_TIME
    if relative == b"cache" or relative.startswith(b"cache/"):
        return Rule.FOLDER
    return Rule.TREE if b"@" in relative else Rule.FOLDER


def written_once(relative: bytes) -> Rule:
    """gopls' file cache, a fuzzing corpus, what idecare holds: files come and go, and do not change."""
    return Rule.FOLDER


def written_in_place(relative: bytes) -> Rule:
    """IDE indexes, browser caches, databases."""
    return Rule.EVERY_TIME


# target -> layout; whatever is not here is looked at every time
LAYOUTS: dict[str | None, Layout] = {
    "gocache": go_build_cache,
    "fuzzcache": written_once,
    "modcache": module_cache,
    "gopls": written_once,
}


def unfinished_marker(relative: bytes) -> bytes | None:
    """The file which exists while go extracts this module tree, relative to the module cache."""
    tree = MODULE_TREE.fullmatch(relative)
    return b"cache/download/%b/@v/%b.partial" % (tree["path"], tree["version"]) if tree else None
