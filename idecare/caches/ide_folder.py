"""What the folders of IDEs have in common as cache targets: each is one folder, in use while its IDE runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.caches.base import Cache, Rules, Target, Users, with_repository
from idecare.caches.discovery import locations_of
from idecare.changes.journal import Restore
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.locations import CacheLocation
from idecare.core.results import kept
from idecare.system.files import is_empty, is_working_copy
from idecare.system.ide_owner import ide_owner
from idecare.system.processes import Processes

if TYPE_CHECKING:
    from idecare.system.filesystem.sorting import Fate


class IdeFolder(Target):
    """A folder of an IDE; the product family's module has proven whose it is."""

    shares_root = guards_return = True
    restore: Restore = "whole"  # it is a database

    def prove(self, cache: Cache, rules: Rules) -> Cache:
        path = cache.root / cache.location.path.name
        if path.is_symlink():
            return replace(
                cache, skip=kept("link", tr("{path} is a link", path=path), tr("clear the folder it leads to by hand"))
            )
        if is_working_copy(path):
            return with_repository(cache, path)
        present = path.is_dir() and not is_empty(path)
        return replace(cache, entries=(path.name,) if present else ())

    def users(self, cache: Cache, processes: Processes, host: Host, now: datetime) -> Users:
        owner = ide_owner(cache.location.ide, processes.ides) if cache.location.ide else None
        return Users((owner,) if owner else ())

    def fate(self, path: str, is_folder: bool) -> Fate:
        """A database, of which plugins make parts of any name; no part of it may come back into a newer one."""
        return "whole" if is_folder else "foreign"

    def place_at(self, root: Path, host: Host) -> CacheLocation:
        places = (place for place in locations_of([self.name], host) if place.path.parent.resolve() == root)
        return next(places, super().place_at(root, host))
