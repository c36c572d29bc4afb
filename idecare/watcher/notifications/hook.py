"""Running the command of the setting `on_conflict`, without a shell and without waiting for it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping

from idecare.core.host import Host

LIMIT_SECONDS = 30.0


def run_hook(host: Host, command: tuple[str, ...], variables: Mapping[str, str], log: Callable[[str], None]) -> None:
    """Start the user's command in a thread of its own, without a shell; ``log`` is told how it failed.

    It is ended, with all that it started, when it takes longer than 30 s.
    """
    from threading import Thread

    Thread(target=_run_hook, args=(host, command, variables, log), daemon=True).start()


def _run_hook(host: Host, command: tuple[str, ...], variables: Mapping[str, str], log: Callable[[str], None]) -> None:
    environment = {**host.environment, **{name: value.replace("\0", "") for name, value in variables.items()}}
    try:
        hook = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd="/", env=environment, start_new_session=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        log(f"on_conflict: {command[0]} could not be started: {error}")
        return
    try:
        if code := hook.wait(LIMIT_SECONDS):
            log(f"on_conflict: {command[0]} ended with {code}")
    except subprocess.TimeoutExpired:
        os.killpg(hook.pid, 9)
        hook.wait()
        log(f"on_conflict: {command[0]} took longer than {LIMIT_SECONDS:.0f} s and was ended")
