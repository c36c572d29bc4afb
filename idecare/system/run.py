"""Asking another program: one short run, without input, whose answer is text."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import CompletedProcess

ROOT = Path("/")


def ask(
    command: Sequence[str | os.PathLike[str]],
    environment: Mapping[str, str],
    limit_seconds: float,
    folder: Path = ROOT,
) -> CompletedProcess[str]:
    """Its exit code and what it printed, undecodable bytes replaced. OSError when it cannot be run; TimeoutError, which
    is one, when it takes longer."""
    import subprocess

    try:
        return subprocess.run(
            command,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"{command[0]} did not answer within {limit_seconds:.0f} s") from error
    except ValueError as error:  # a NUL byte in an argument or a variable
        raise OSError(str(error)) from error
