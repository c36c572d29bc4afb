"""goland: the index of a GoLand system folder; Local History and the VFS next to it stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from idecare.caches.base import Cache, Candidate, CleanRequest, Rules, hold, unmarked
from idecare.caches.ide_folder import IdeFolder
from idecare.changes.plan import Action, StampFile
from idecare.core.locations import CacheLocation
from idecare.core.results import Skip, refused
from idecare.golang.setup import GoSetup
from idecare.jetbrains.folders import INDEX_ROLE, INVALIDATION_MARKER, INVALIDATION_REASON

# intellij-community: newvfs/persistent/PersistentFSPaths, lvcs/impl/ChangeListStorageImpl.
MARKS = (
    *(f"caches/{name}.dat" for name in ("records", "names", "attributes", "attrib", "content", "contentHashes")),
    *(f"LocalHistory/changes.{name}" for name in ("storageData", "storageRecordIndex")),
)


class GoLandIndex(IdeFolder):
    name = "goland"
    cost = "GoLand indexes at its next start"
    tool, role = "jetbrains", INDEX_ROLE
    aliases = ("goindex", "goland-index")
    misnomers = (("goindex", "no IDE has a folder goIndex; cleaning GoLand's index (target goland)"),)

    def owns(self, place: CacheLocation) -> bool:
        return super().owns(place) and place.ide is not None and place.ide.product == "goland"

    def prove(self, cache: Cache, rules: Rules) -> Cache:
        """A system folder shows itself by the VFS or the Local History that GoLand keeps next to the index."""
        if not any((cache.root / name).is_file() for name in MARKS):
            mark = "GoLand's files in caches or LocalHistory"
            return replace(cache, skip=unmarked(cache.root, mark, "idea.system.path"))
        if (cache.root / cache.location.path.name).is_symlink():
            return replace(cache, skip=refused("link", "is a link", "clear the folder it leads to by hand"))
        return super().prove(cache, rules)

    def decide(self, candidate: Candidate, go: GoSetup, request: CleanRequest) -> Action | Skip:
        cache = candidate.cache
        if not candidate.users.blocking:
            return hold(cache)
        return StampFile(
            self.name,
            cache.root,
            cache.identity_now,
            f"{cache.entries[0]}/{INVALIDATION_MARKER}",
            INVALIDATION_REASON.encode(),
            state="scheduled",
            effect="rebuilt",
        )

    def notes(self, candidate: Candidate, decision: Action, go: GoSetup, request: CleanRequest) -> Iterable[str]:
        if isinstance(decision, StampFile):
            yield "the index stays until GoLand is restarted, and is rebuilt then"


TARGET = GoLandIndex()
