"""The processes of one look, as a tree: who is above whom."""

from __future__ import annotations

from collections.abc import Iterator

from idecare.system.processes import Process, Processes, inspect_processes, process

MOST_ANCESTORS = 32


class Table:
    """The processes of one look; each ancestor is read once, when it is asked for."""

    def __init__(self, processes: Processes) -> None:
        self.processes = processes
        self._by_pid: dict[int, Process | None] = {found.pid: found for found in (*processes.go, *processes.ides)}

    def get(self, pid: int) -> Process | None:
        if pid not in self._by_pid:
            self._by_pid[pid] = process(pid)
        return self._by_pid[pid]

    def ancestors(self, found: Process) -> Iterator[Process]:
        """Its parent, and so on, but for the first process of the machine."""
        for _ in range(MOST_ANCESTORS):
            above = self.get(found.parent) if found.parent is not None and found.parent > 1 else None
            if above is None:
                return
            yield above
            found = above

    def family(self, top: Process) -> tuple[int, ...]:
        """The process, and those of the IDEs that were looked at closely which are below it."""
        below = (found for found in self.processes.ides if any(above.pid == top.pid for above in self.ancestors(found)))
        return (top.pid, *(found.pid for found in below))


def read_table(ide_names: frozenset[str]) -> Table:
    """Look at all names, and closely at those of Go and of IDEs."""
    return Table(inspect_processes(ide_names))
