"""goland: the index of a GoLand system folder; Local History and the VFS next to it stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from idecare.caches.base import Cache, Candidate, CleanRequest, Rules, hold, unmarked
from idecare.caches.ide_folder import IdeFolder
from idecare.changes.plan import Action, StampFile
from idecare.core.language import tr
from idecare.core.locations import CacheLocation
from idecare.core.reading import read_file
from idecare.core.results import Skip, absent, refused
from idecare.golang.setup import GoSetup
from idecare.jetbrains.folders import INDEX_ROLE, INVALIDATION_MARKER, INVALIDATION_REASON

# intellij-community: newvfs/persistent/PersistentFSPaths, lvcs/impl/ChangeListStorageImpl.
MARKS = (
    *(f"caches/{name}.dat" for name in ("records", "names", "attributes", "attrib", "content", "contentHashes")),
    *(f"LocalHistory/changes.{name}" for name in ("storageData", "storageRecordIndex")),
)
LONGEST_REASON = 1000  # bytes


class GoLandIndex(IdeFolder):
    name = "goland"
    cost = tr("GoLand indexes at its next start")
    tool, role = "jetbrains", INDEX_ROLE
    aliases = ("goindex", "goland-index")
    misnomers = (("goindex", tr("no IDE has a folder goIndex; cleaning GoLand's index (target goland)")),)

    def owns(self, place: CacheLocation) -> bool:
        return super().owns(place) and place.ide is not None and place.ide.product == "goland"

    def prove(self, cache: Cache, rules: Rules) -> Cache:
        """A system folder shows itself by the VFS or the Local History that GoLand keeps next to the index."""
        if not any((cache.root / name).is_file() for name in MARKS):
            mark = tr("GoLand's files in caches or LocalHistory")
            return replace(cache, skip=unmarked(cache.root, mark, "idea.system.path"))
        if (cache.root / cache.location.path.name).is_symlink():
            return replace(cache, skip=refused("link", tr("is a link"), tr("clear the folder it leads to by hand")))
        is_marked = _reason(cache.root / cache.location.path.name / INVALIDATION_MARKER) == INVALIDATION_REASON
        return replace(super().prove(cache, rules), is_marked=is_marked)

    def decide(self, candidate: Candidate, go: GoSetup, request: CleanRequest) -> Action | Skip:
        cache = candidate.cache
        if not candidate.users.blocking:
            return hold(cache)
        if cache.is_marked:
            return absent("scheduled", tr("GoLand rebuilds it at its next start already"))
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
            yield tr("the index stays until GoLand is restarted, and is rebuilt then")


def _reason(marker: Path) -> str:
    """Why an index is invalid; the IDE itself leaves another reason there while it runs, and takes it away again."""
    try:
        return read_file(marker, LONGEST_REASON).decode(errors="replace")
    except OSError:
        return ""


TARGET = GoLandIndex()
