"""Which Go a go command runs inside a module: its own version, or the one that GOTOOLCHAIN and go.mod choose.

A version manager's shim sets variables before it starts go, so for a shim go itself is asked (`go env`).

Source: src/cmd/go/internal/toolchain/select.go of go1.27.3, go.dev/doc/toolchain.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

from idecare.core.host import Host
from idecare.golang.environment import parse_env_file
from idecare.golang.installs import go_binary, shim_manager, version
from idecare.golang.modfile import directives
from idecare.system.files import read_text, real
from idecare.system.run import ask

VERSION = re.compile(r"(?:go)?(\d[\w.]*)")
NUMBER = re.compile(r"go(\d+)\.(\d+)(?:\.(\d+))?(?:(beta|rc)(\d+))?")
SWITCHING_SINCE = (1, 21)
STAGES = {"beta": 0, "rc": 1, None: 2}
ASKED_VARIABLES = ("GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS")
LIMIT_SECONDS = 10


def version_key(text: str) -> tuple[int, ...]:
    """Go versions in their order: ``go1.22rc1`` before ``go1.22.0``."""
    found = NUMBER.match(text)
    if not found:
        return ()
    major, minor, patch, stage, count = found.groups()
    return int(major), int(minor), int(patch or 0), STAGES[stage], int(count or 0)


def go_root(command: Path) -> Path | None:
    """The GOROOT of a go command; ``None`` for a shim or a wrapper, which starts a Go elsewhere."""
    return next((root for root in real(command).parents[1:3] if go_binary(root)), None)


def effective_version(root: Path, gotoolchain: str, module: Path) -> str | None:
    """The version that runs in the module when the go command of ``root`` is called there."""
    own = version(root)
    if own is None or version_key(own)[:2] < SWITCHING_SINCE:
        return own
    chosen = gotoolchain or parse_env_file(read_text(root / "go.env") or "").get("GOTOOLCHAIN") or "local"
    name, plus, _ = chosen.partition("+")
    least = own if name in ("local", "auto", "path") else name
    may_switch = bool(plus) or name in ("auto", "path")
    wanted = wanted_version(module) if may_switch else None
    return max(least, wanted, key=version_key) if wanted else least


def wanted_version(module: Path) -> str | None:
    """The newer of the ``go`` and ``toolchain`` lines of go.work, else of go.mod."""
    text = read_text(module / "go.work") or read_text(module / "go.mod") or ""
    values = (words[1] for words in directives(text) if words[0] in ("go", "toolchain") and len(words) > 1)
    named = [f"go{found[1]}" for value in values if (found := VERSION.match(value))]
    newest = max(named, key=version_key, default=None)
    return f"{newest}.0" if newest and re.fullmatch(r"go1\.\d+", newest) else newest


def shim(host: Host) -> Path | None:
    """The go that this shell would start, if it is a shim."""
    name = f"go{host.platform.program_suffix}"
    first = next((folder / name for folder in host.search_path if os.path.isfile(folder / name)), None)
    return first if first and shim_manager(first) else None


def with_answers(host: Host, go: Path) -> Host:
    """The host with the values that this go uses in this folder; the host as it is when go does not answer.

    GOTOOLCHAIN=local: `go env` would download the toolchain that a module asks for. Naming the variables keeps go
    from starting the C compiler.
    """
    environment = {**host.environment, "GOTOOLCHAIN": "local", "GOWORK": "off"}
    try:
        asked = ask([go, "env", "-json", *ASKED_VARIABLES], environment, LIMIT_SECONDS, host.cwd)
        answers = dict(json.loads(asked.stdout)) if asked.returncode == 0 else {}
    except (OSError, ValueError, TypeError):
        return host
    known = {name: answers[name] for name in ASKED_VARIABLES if isinstance(answers.get(name), str) and answers[name]}
    return replace(host, environment={**host.environment, **known})


def proxy_settings(host: Host, go: Path) -> tuple[str, str] | None:
    """GOPROXY and GONOPROXY as this go has them: its own go.env may set them too. ``None`` when it does not answer."""
    environment = {**host.environment, "GOTOOLCHAIN": "local", "GOWORK": "off"}
    try:
        asked = ask([go, "env", "-json", "GOPROXY", "GONOPROXY"], environment, LIMIT_SECONDS, host.cwd)
        answers = json.loads(asked.stdout) if asked.returncode == 0 else {}
        return (str(answers["GOPROXY"]), str(answers["GONOPROXY"])) if answers.get("GOPROXY") else None
    except (OSError, ValueError, KeyError, AttributeError):
        return None


def answered_version(host: Host, go: Path) -> str | None:
    """What this go calls itself, such as ``go1.27.3``; for one that is a program in front of the real one."""
    environment = {**host.environment, "GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": ""}
    try:
        asked = ask([go, "env", "GOVERSION"], environment, LIMIT_SECONDS)
    except OSError:
        return None
    return (asked.stdout.strip() or None) if asked.returncode == 0 else None
