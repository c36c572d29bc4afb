"""Asking go itself, where the go of this shell is a version manager's shim that sets variables before it starts go."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from idecare.host import Host
from idecare.platforms import WINDOWS
from idecare.tools.go_installs import shim_manager

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
    import subprocess

    environment = {**host.environment, "GOTOOLCHAIN": "local", "GOWORK": "off"}
    try:
        asked = subprocess.run(
            [go, "env", "-json", *NAMES],
            env=environment,
            cwd=host.cwd,
            capture_output=True,
            timeout=LIMIT_SECONDS,
            check=True,
        )
        answers = dict(json.loads(asked.stdout))
    except (OSError, ValueError, TypeError, subprocess.SubprocessError):
        return host
    known = {name: answers[name] for name in NAMES if isinstance(answers.get(name), str) and answers[name]}
    return replace(host, environment={**host.environment, **known})


def answered_version(host: Host, go: Path) -> str | None:
    """What this go calls itself, such as ``go1.27.3``; for one that is a program in front of the real one."""
    import subprocess

    environment = {**host.environment, "GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": ""}
    try:
        asked = subprocess.run(
            [go, "env", "GOVERSION"], env=environment, cwd="/", capture_output=True, timeout=LIMIT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return asked.stdout.decode(errors="replace").strip() or None
