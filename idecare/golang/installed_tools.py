"""The programs that `go install` has put into GOBIN or GOPATH/bin, and the modules that they were built from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.golang.environment import go_environment
from idecare.system.executables import read_binary
from idecare.system.files import children


@frozen
class InstalledTool:
    """``modules``: path and version of its own module and of each other one in it."""

    path: Path
    modules: tuple[tuple[str, str], ...]
    go_version: str


def installed_tools(host: Host) -> Iterator[InstalledTool]:
    environment = go_environment(host)
    named = environment.lookup("GOBIN").value
    folders = [Path(named)] if named else [folder / "bin" for folder in environment.gopath_folders]
    for path in (path for folder in folders for path in children(folder)):
        found = read_binary(path)
        if found and found.go_version and found.module:
            yield InstalledTool(
                path, ((found.module, found.module_version or ""), *found.dependencies), found.go_version
            )
