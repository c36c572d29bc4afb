"""What of Go's configuration, and of the module we are in, bears on clearing the module cache."""

from __future__ import annotations

import os
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.golang.environment import GoEnvironment, go_environment


@frozen
class GoSetup:
    """What of Go's configuration bears on a clean. ``offline``: why modules could not be downloaded again, ``None``
    when they can; ``cache_program``: GOCACHEPROG."""

    offline: str | None = None
    vendored: str | None = None
    cache_program: str = ""


def inspect_go_setup(host: Host) -> GoSetup:
    """Read the go environment and the module that the working folder lies in."""
    environment = go_environment(host)
    module = module_root(host.cwd)
    return GoSetup(
        offline=_offline(environment),
        vendored=_vendored(environment, module),
        cache_program=environment.lookup("GOCACHEPROG").value,
    )


def module_root(folder: Path) -> Path | None:
    """The nearest folder from ``folder`` upwards with a go.mod."""
    return next((path for path in (folder, *folder.parents) if os.path.isfile(path / "go.mod")), None)


def _offline(environment: GoEnvironment) -> str | None:
    proxy = environment.lookup("GOPROXY")
    if proxy.value != "off":
        return None
    return tr("nothing could be downloaded again: {source} is off", source=proxy.source)


def _vendored(environment: GoEnvironment, module: Path | None) -> str | None:
    flags = environment.lookup("GOFLAGS")
    modes = [flag.lstrip("-").removeprefix("mod=") for flag in flags.value.split() if "mod=" in flag]
    if modes:
        return tr("builds use the vendor folder ({source})", source=flags.source) if modes[-1] == "vendor" else None
    if module and (module / "vendor" / "modules.txt").is_file():
        return tr("builds of {module} use its vendor folder", module=module.name)
    return None
