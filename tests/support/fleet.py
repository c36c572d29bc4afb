"""Two users whom Ansible reaches over SSH: an sshd in namespaces of its own, whose users no one else sees."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.caches import Machine, add_vscode, furnish, make_machine, remove_tree
from tests.support.goland import add_install, fake_runtime
from tests.support.processes import wait_for

SSHD = "/usr/sbin/sshd"
USERS = {"ada": 61001, "grace": 61002}
PROGRAMS = "/usr/bin:/bin"
# /run is a folder of its own, for sshd's /run/sshd. The first process of the namespace reaps what idecare detaches.
IN_NAMESPACES = """
mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/shadow" /etc/shadow &&
mount -t tmpfs tmpfs /run && mkdir /run/sshd && "$2" -D -e -f "$1/sshd_config"
true
"""
SSHD_CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {base}/host_key
PidFile none
AuthorizedKeysFile {base}/key.pub
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM no
StrictModes no
"""


def missing() -> str:
    """Why there can be no such users here; empty where there can."""
    if os.geteuid() != 0:
        return "only root can start an sshd for other users"
    if not os.path.exists(SSHD):
        return "there is no sshd"
    if subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode:
        return "there are no mount namespaces"
    modern = "import sys, zlib; sys.exit(sys.version_info < (3, 11))"
    python = shutil.which("python3", path=PROGRAMS)
    if python is None or subprocess.run([python, "-c", modern], check=False).returncode:
        return "the system has no Python 3.11 that other users could run"
    return ""


class Fleet:
    """The users, their homes, and an inventory that names them as hosts."""

    def __init__(self, base: Path) -> None:
        self.base = base
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        for name in ("host_key", "key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", base / name], check=True)
        (base / "sshd_config").write_text(SSHD_CONFIG.format(base=base, port=self.port))
        for name, line in (("passwd", "{0}:x:{1}:65534::{2}:/bin/sh\n"), ("shadow", "{0}:*:19000::::::\n")):
            added = "".join(line.format(user, number, self.home(user)) for user, number in USERS.items())
            (base / name).write_text(Path("/etc", name).read_text() + added)
            (base / name).chmod(0o644)
        host_key = (base / "host_key.pub").read_text()
        (base / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {host_key}")
        hosts = "".join(self._host(user) for user in (*USERS, "root"))
        (base / "hosts.ini").write_text(f"{hosts}[workstations]\n" + "".join(f"{user}\n" for user in USERS))

    def _host(self, user: str) -> str:
        (self.base / f"remote-{user}").mkdir(mode=0o777)
        (self.base / f"remote-{user}").chmod(0o777)
        return (
            f"{user} ansible_host=127.0.0.1 ansible_port={self.port} ansible_user={user} "
            f"ansible_python_interpreter=/usr/bin/python3 ansible_remote_tmp={self.base}/remote-{user}\n"
        )

    def home(self, user: str) -> Path:
        return self.base / user / "home"

    @property
    def ssh_words(self) -> list[str]:
        options = (f"UserKnownHostsFile={self.base}/known_hosts", "BatchMode=yes", "ControlMaster=no", "LogLevel=ERROR")
        return ["-F", "none", "-i", str(self.base / "key"), *(word for one in options for word in ("-o", one))]

    def ssh(self, user: str, command: str) -> list[str]:
        return ["ssh", *self.ssh_words, "-p", str(self.port), f"{user}@127.0.0.1", command]

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """The sshd, with which everything ends that was started through it."""
        command = ["unshare", "-mpf", "--kill-child", "--mount-proc", "bash", "-c", IN_NAMESPACES, "x", self.base, SSHD]
        with open(self.base / "sshd.log", "wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            assert wait_for(self._answers, timeout=20), (self.base / "sshd.log").read_text()
            yield
        finally:
            server.kill()
            server.wait()

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    @contextlib.contextmanager
    def furnished(self) -> Iterator[None]:
        """Every user has every cache, GoLand with a runtime, and a VS Code with a setting that is none."""
        for user, number in USERS.items():
            furnish_home(make_machine(self.base / user))
            subprocess.run(["chown", "-hR", f"{number}:65534", self.base / user], check=True)
        yield
        for user in USERS:
            remove_tree(self.base / user)


def furnish_home(machine: Machine) -> None:
    furnish(machine)
    add_vscode(machine)
    (machine.vscode / "User" / "settings.json").write_text('{\n  "go.delvePath": "/dev/null/dlv"\n}\n')
    add_install(machine.home / "GoLand-2026.1")
    fake_runtime(machine.home / "GoLand-2026.1" / "jbr", java=b"#!/bin/sh\nexit 0\n")


class Ansible:
    """The programs of an ansible-core, with a configuration and a home of their own."""

    def __init__(self, programs: Path, base: Path, fleet: Fleet | None = None) -> None:
        self.programs, self.base, self.fleet = programs, base, fleet
        (base / "home").mkdir(parents=True, exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
        own = {
            "PATH": f"{self.programs}:{PROGRAMS}",
            "HOME": str(self.base / "home"),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(self.base / "collections"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_PIPELINING": "1",
            "ANSIBLE_LOCALHOST_WARNING": "0",
        }
        if self.fleet:
            own |= {"ANSIBLE_INVENTORY": str(self.fleet.base / "hosts.ini")}
            own |= {"ANSIBLE_SSH_ARGS": " ".join(self.fleet.ssh_words)}
        return kept | own

    def run(self, *words: object, code: int = 0, cwd: Path | None = None) -> str:
        done = subprocess.run(
            [self.programs / str(words[0]), *map(str, words[1:])],
            env=self.environment,
            cwd=cwd or self.base,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == code, f"{words}\n{said}"
        return said


def install_ansible(folder: Path) -> Path:
    """The programs of a virtual environment with ansible-core and ansible-lint."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin" / "pip", "install", "-q", "ansible-core", "ansible-lint"], check=True)
    return folder / "bin"


def recap(said: str) -> dict[str, dict[str, int]]:
    """Of a playbook's last lines: for each host how many tasks were ok, changed, failed, skipped."""
    lines = re.findall(r"^(\w+)\s+: (ok=.*)$", said.partition("PLAY RECAP")[2], re.MULTILINE)
    return {host: {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", counts)} for host, counts in lines}
