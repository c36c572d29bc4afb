"""A session with a service manager of its own, or a desktop of its own, on a machine that has neither."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.caches import Machine

SYSTEMD = Path("/lib/systemd/systemd")
CGROUPS = Path("/sys/fs/cgroup/systemd")
# /run is the session's own, so that the machine's services are neither seen nor disturbed.
UNDER_SYSTEMD = f"""
mount --make-rprivate / && mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system /run/user/0 || exit 99
chmod 700 /run/user/0
export XDG_RUNTIME_DIR=/run/user/0
{SYSTEMD} --user >/dev/null 2>&1 &
manager=$!
for i in $(seq 200); do
    case "$(systemctl --user is-system-running 2>/dev/null)" in running|degraded) break;; esac
    [ $i = 200 ] && exit 98
    sleep 0.05
done
"""
UNSHARE = ("unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child")


def under_systemd(machine: Machine, steps: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script in a session of systemd's user manager; ``idecare`` is a command in it. The manager and all
    that it has started end with the script."""
    if os.geteuid() != 0 or not SYSTEMD.exists() or shutil.which("unshare") is None:
        pytest.skip("a user manager of systemd can be started by root with unshare and systemd only")
    if Path("/proc/1/comm").read_text() == "systemd\n" or not CGROUPS.is_dir():
        pytest.skip("systemd runs this machine, and a second manager would share its control groups")
    groups = set(_groups())
    script = f'{UNDER_SYSTEMD}\nidecare() {{ {" ".join(machine.command)} "$@"; }}\n{steps}'
    try:
        done = subprocess.run(
            [*UNSHARE, "bash", "-c", script],
            env=dict(machine.env),
            cwd=machine.home,
            capture_output=True,
            text=True,
            timeout=120,
            start_new_session=True,  # what the script signals by mistake is itself
        )
    finally:
        for group in sorted(set(_groups()) - groups, reverse=True):
            with suppress(OSError):
                group.rmdir()
    if done.returncode in (98, 99):
        pytest.skip("the user manager of systemd does not run here")
    return done


def _groups() -> list[Path]:
    return [path for path in CGROUPS.rglob("*") if path.is_dir()]
