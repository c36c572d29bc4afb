"""What is done to the daemon's socket does not disturb the daemon."""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from idecare.watcher.client import Absent, Useless, ask, read_status, subscribe
from idecare.watcher.protocol import LONGEST_REQUEST, request_line
from idecare.watcher.runtime_paths import runtime_paths
from idecare.watcher.server import MOST_CLIENTS
from tests.support.caches import Machine, make_machine
from tests.support.daemons import Daemon, daemon_of, first_line, host_of
from tests.support.editors import add_editors, add_module_folder, goland_on, vscode_on
from tests.support.processes import wait_for

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it reads the daemon through /proc"),
]
HELLO = request_line("hello")
MEBIBYTE = 1 << 20
GROWTH_BYTES = 4 * MEBIBYTE  # what a daemon that keeps nothing may take more afterwards
FLOOD_MEBIBYTES = 1024 if os.environ.get("IDECARE_LONG") else 64


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """One for all tests: none of them may hurt it."""
    machine = make_machine(tmp_path_factory.mktemp("socket") / "machine")
    with daemon_of(machine) as made:
        yield made
    machine.end()


def test_it_answers_this_user_alone(daemon: Daemon) -> None:
    hello = daemon.ask("hello")
    assert isinstance(hello, dict)
    assert (hello["pid"], hello["protocol"], hello["ready"]) == (daemon.process.pid, 1, True)
    assert stat.S_IMODE(daemon.runtime_paths.socket.lstat().st_mode) == 0o600
    assert stat.S_IMODE(daemon.runtime_paths.runtime.lstat().st_mode) == 0o700


def test_a_second_daemon_says_who_is_the_first(daemon: Daemon) -> None:
    done = daemon.machine.run("daemon", "run")
    assert done.returncode == 5
    assert f"pid {daemon.process.pid}" in done.stderr
    assert daemon.is_ready()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", "garbage", id="HTTP"),
        pytest.param(b"\0\xff\xfe\n", "garbage", id="bytes"),
        pytest.param(b"[" * 4000 + b"\n", "garbage", id="nested"),
        pytest.param(b"[]\n", "garbage", id="list"),
        pytest.param(b'{"protocol": 1, "command": ["hello"]}\n', "garbage", id="type"),
        pytest.param(b'{"protocol": 1, "command": "quit"}\n', "command", id="command"),
        pytest.param(b'{"protocol": 99, "command": "hello"}\n', "protocol", id="newer protocol"),
        pytest.param(b'{"command": "hello"}\n', "protocol", id="no protocol"),
        pytest.param(b"x" * (LONGEST_REQUEST + 1), "garbage", id="long"),
    ],
)
def test_nonsense_is_answered_and_the_connection_ended(daemon: Daemon, sent: bytes, code: str) -> None:
    with daemon.connect() as connection:
        connection.sendall(sent)
        assert first_line(connection)["error"]["code"] == code
        assert connection.recv(1) == b""
    assert daemon.is_ready()


def test_a_line_without_end_is_cut_off(daemon: Daemon) -> None:
    before = daemon.resident_bytes()
    with daemon.connect() as connection:
        assert sent_until_refused(connection, b"x" * MEBIBYTE, FLOOD_MEBIBYTES) <= 1
    assert daemon.is_ready()
    assert daemon.resident_bytes() - before < GROWTH_BYTES


def test_an_idecare_with_another_protocol_is_written_down_once(daemon: Daemon) -> None:
    for _ in range(3):
        daemon.say(b'{"protocol": 77, "command": "hello"}\n')
    assert daemon.log().count("speaks protocol 1, the command 77; run: idecare daemon restart") == 1


def sent_until_refused(connection: socket.socket, data: bytes, times: int) -> int:
    """How often all of ``data`` could be sent before the other end was gone or read no more."""
    for count in range(times):
        try:
            connection.sendall(data)
        except OSError:
            return count
    return times


def test_many_small_requests_are_all_answered(daemon: Daemon) -> None:
    with daemon.connect() as connection:
        threading.Thread(target=connection.sendall, args=(HELLO * 2000,), daemon=True).start()
        with connection.makefile("rb") as answers:
            assert all(json.loads(answers.readline())["ready"] for _ in range(2000))


def test_two_hundred_idle_clients_keep_nobody_out_and_leak_nothing(daemon: Daemon) -> None:
    before = daemon.descriptors()
    idle = [daemon.connect() for _ in range(200)]
    try:
        assert daemon.is_ready()
        assert daemon.descriptors() <= before + MOST_CLIENTS + 1
    finally:
        for connection in idle:
            connection.close()
    assert wait_for(lambda: daemon.status()["clients"] == 1, timeout=20)
    assert wait_for(lambda: daemon.descriptors() <= before, timeout=20)


def test_half_a_request_is_waited_for(daemon: Daemon) -> None:
    with daemon.connect() as connection:
        connection.sendall(HELLO[:10])
        assert daemon.is_ready()
        connection.sendall(HELLO[10:])
        assert first_line(connection)["ready"]


def test_who_asks_and_does_not_read_keeps_nobody_waiting(daemon: Daemon) -> None:
    before = daemon.resident_bytes()
    with daemon.connect() as connection:
        connection.settimeout(1)
        assert sent_until_refused(connection, request_line("status") * 50, 100_000) < 100_000
        assert daemon.is_ready()
        assert daemon.resident_bytes() - before < GROWTH_BYTES


def test_who_dies_in_the_middle_leaves_nothing(daemon: Daemon) -> None:
    before = daemon.descriptors()
    for _ in range(50):
        with daemon.connect() as connection:
            connection.sendall(HELLO[:7])
    assert wait_for(lambda: daemon.descriptors() <= before, timeout=20)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may ask as another user")
def test_another_user_is_refused_by_the_folder_and_by_the_daemon(daemon: Daemon) -> None:
    assert as_user(65534, daemon.runtime_paths.socket) == "PermissionError"
    for folder in (*daemon.runtime_paths.runtime.parents, daemon.runtime_paths.runtime):
        if folder.stat().st_uid == 0 and "pytest" in str(folder):
            folder.chmod(0o711)
    daemon.runtime_paths.socket.chmod(0o666)
    assert "not of 65534" in as_user(65534, daemon.runtime_paths.socket)
    assert daemon.status()["refused"] == 1


def as_user(user_id: int, path: Path) -> str:
    """What the daemon says to another user, or the error of trying."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(user_id)
        os.setuid(user_id)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            try:
                connection.connect(str(path))
                said = connection.recv(4096)
            except OSError as error:
                said = type(error).__name__.encode()
        os.write(writing, said)
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as answer:
        return answer.read().decode()


def test_a_socket_that_somebody_removed_is_made_again(daemon: Daemon) -> None:
    daemon.runtime_paths.socket.unlink()
    assert wait_for(daemon.is_ready, timeout=30)
    assert "the socket had been removed" in daemon.log()


def test_without_a_daemon_there_is_no_answer(machine: Machine) -> None:
    assert isinstance(ask(host_of(machine), "hello"), Absent)
    assert isinstance(ask(host_of(machine), "status"), Absent)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param(
            b'{"protocol": 0, "version": "0.0.1", "ready": true}\n', "idecare 0.0.1 with protocol 0", id="old"
        ),
        pytest.param(b"ready\n", "is not JSON", id="garbage"),
        pytest.param(b"{", "ended the connection", id="half"),
    ],
)
def test_an_answer_to_build_nothing_on_is_reported_and_the_command_goes_on(
    machine: Machine, line: bytes, message: str
) -> None:
    host = host_of(machine)
    paths = runtime_paths(host)
    paths.runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as old:
        old.bind(str(paths.socket))
        old.listen()
        threading.Thread(target=answer_once, args=(old, line), daemon=True).start()
        answer = ask(host, "status")
    paths.socket.unlink()  # with a long temp folder it is outside of the test's own
    assert isinstance(answer, Useless)
    assert message in answer.message
    assert "idecare daemon restart" in answer.message


def answer_once(listener: socket.socket, line: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(line)


def test_status_carries_the_scan_and_subscribers_get_each_notice(machine: Machine) -> None:
    add_editors(machine)
    app = add_module_folder(machine)
    with daemon_of(machine) as daemon:
        notices = subscribe(daemon.host)
        assert next(notices)["command"] == "subscribe"
        with goland_on(machine, app), vscode_on(machine, app, GOFLAGS="-mod=mod"):
            assert next(notices)["notice"]["root"] == str(app)
            answer = read_status(daemon.status())
            assert answer is not None
            scan, conflicts = answer
            (workspace,) = [found for found in scan.workspaces if found.root == app]
            assert {presence.product for presence in workspace.presences} == {"goland", "vscode"}
            assert [found.code for found in conflicts if found.root == app] == ["mod-mod"]
