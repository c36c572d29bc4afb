"""The /proc files of Linux: whether anybody is connected to a server, with real sockets of a real process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from idecare.system import procfs
from idecare.system.procfs import has_client, holders
from tests.support.processes import wait_for

pytestmark = pytest.mark.skipif(not procfs.IS_THERE, reason="/proc is Linux alone")
SERVER = """
import socket, sys
server = socket.create_server((sys.argv[1], 0), family=socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET)
print(server.getsockname()[1], flush=True)
kept = []
while True:
    kept.append(server.accept()[0])
"""


@pytest.fixture(params=["127.0.0.1", "::1"])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[int, str, int]]:
    child = subprocess.Popen([sys.executable, "-c", SERVER, request.param], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    try:
        line = child.stdout.readline()
        if not line:
            pytest.skip(f"{request.param} is not there")
        yield child.pid, request.param, int(line)
    finally:
        child.kill()
        child.communicate()


def test_a_client_is_seen_while_it_is_connected(server: tuple[int, str, int]) -> None:
    pid, address, port = server
    assert has_client([pid]) is False
    with socket.create_connection((address, port)):
        assert has_client([pid]) is True
        assert wait_for(lambda: holders([pid, 1], [pid]), timeout=20)
        assert holders([pid, os.getpid(), 999_999_999], [pid]) == {pid}
    assert has_client([pid]) is False
    assert holders([pid], [pid]) == set()


def test_of_who_listens_on_nothing_it_cannot_be_told() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        assert has_client([child.pid]) is None
        child.kill()
    assert has_client([child.pid]) is None
    assert has_client([]) is None
