"""Asking go itself, where the go of this shell is a version manager's shim that sets variables before it starts go."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from idecare.core.host import Host
from idecare.core.platforms import WINDOWS
from idecare.golang.installs import shim_manager
from idecare.system.run import ask

NAMES = ("GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS")
LIMIT_SECONDS = 10


def shim(host: Host) -> Path | None:
    """The go that this shell would start, if it is a shim."""
    name = "go.exe" if host.platform is WINDOWS else "go"
    first = next((folder / name for folder in host.search_path if (folder / name).is_file()), None)
    return first if first and shim_manager(first) else None


def with_answers(host: Host, go: Path) -> Host:
    """The host with the values that this go uses in this folder; the host as it is when go does not answer.

    GOTOOLCHAIN=local: `go env` would download the toolchain that a module asks for. Naming the variables keeps go
    from starting the C compiler.
    """
    environment = {**host.environment, "GOTOOLCHAIN": "local", "GOWORK": "off"}
    try:
        asked = ask([go, "env", "-json", *NAMES], environment, LIMIT_SECONDS, host.cwd)
        answers = dict(json.loads(asked.stdout)) if asked.returncode == 0 else {}
    except (OSError, ValueError, TypeError):
        return host
    known = {name: answers[name] for name in NAMES if isinstance(answers.get(name), str) and answers[name]}
    return replace(host, environment={**host.environment, **known})


def answered_version(host: Host, go: Path) -> str | None:
    """What this go calls itself, such as ``go1.27.3``; for one that is a program in front of the real one."""
    environment = {**host.environment, "GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": ""}
    try:
        asked = ask([go, "env", "GOVERSION"], environment, LIMIT_SECONDS)
    except OSError:
        return None
    return (asked.stdout.strip() or None) if asked.returncode == 0 else None
