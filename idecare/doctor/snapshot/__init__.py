"""All that checks may know about a set-up, each part read once and only when a check asks for it."""

from __future__ import annotations

from idecare.doctor.snapshot.base import part
from idecare.doctor.snapshot.caches import CacheParts
from idecare.doctor.snapshot.go import CgoParts, GoParts
from idecare.doctor.snapshot.ides import IdeParts

__all__ = ["Snapshot", "part"]


class Snapshot(GoParts, CgoParts, IdeParts, CacheParts):
    """Parts are cached over ``host``; a test makes one with its parts set beforehand.

    Every part is safe to ask from several threads; none changes anything. ``deep``: the user is willing to wait for
    what takes long.
    """
