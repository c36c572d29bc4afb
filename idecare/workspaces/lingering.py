"""What servers of VS Code keep when a window is gone: its extension host, and all that this one has started.

Seen with code-server 4.139: a page that is closed ends them within two seconds; a browser that was killed, or is out of
reach, leaves them for three hours, or five minutes once another window is open. The server hands a window's connection
to its extension host (extensionHostConnection.ts), but with TLS, where it has to stay between the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from idecare.system.processes import Table
from idecare.system.procfs import has_client, holders
from idecare.workspaces.instances import Instance

EXTENSION_HOST = "--type=extensionHost"


def lingering(instances: Iterable[Instance], table: Table) -> frozenset[int]:
    """The main processes of servers to which nobody is connected, and what runs for closed windows of the others."""
    servers = (instance for instance in instances if instance.is_server)
    return frozenset(pid for instance in servers for pid in _lingering(instance, table))


def _lingering(instance: Instance, table: Table) -> Iterator[int]:
    family = table.family(instance.main)
    is_used = has_client(family)
    if is_used is False:
        yield instance.main.pid
    if not is_used:
        return
    hosts = frozenset(pid for pid in family if _is_extension_host(pid, table))
    held = holders(hosts, family)
    if held:
        closed = hosts - held
        yield from closed
        yield from (go.pid for go in table.processes.go if any(above.pid in closed for above in table.ancestors(go)))


def _is_extension_host(pid: int, table: Table) -> bool:
    found = table.get(pid)
    return found is not None and EXTENSION_HOST in found.command
