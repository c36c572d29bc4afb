"""One sign that one IDE has one folder open: the type on which all kinds of evidence agree."""

from __future__ import annotations

from pathlib import Path

from idecare.core.frozen import frozen
from idecare.system.processes import Process
from idecare.workspaces.base import Evidence
from idecare.workspaces.instances import Instance


@frozen
class Sighting:
    """``process`` is the language server or go command that was seen, ``None`` when the sign is a file or the IDE's
    own command line."""

    instance: Instance
    folder: Path
    evidence: Evidence
    process: Process | None = None
