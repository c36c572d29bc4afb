"""The server, with a clock that tests move."""

from __future__ import annotations

import json
import os
import selectors
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from idecare.core.errors import BusyError
from idecare.watcher import server as server_module
from idecare.watcher.protocol import BadRequest, Request, read_request, request_line
from idecare.watcher.server import IDLE_SECONDS, LARGEST_BACKLOG, MOST_CLIENTS, Server

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="there are no Unix sockets here")


class World:
    """A server whose loop turns on request."""

    def __init__(self, folder: Path) -> None:
        self.now = 1000.0
        self.selector = selectors.DefaultSelector()
        self.values: dict[str, Any] = {"ready": True}
        self.path = folder / "socket"
        self.server = Server(self.path, os.geteuid(), self.selector, lambda: self.now, lambda command: self.values)
        self.opened: list[socket.socket] = []

    def connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(str(self.path))
        connection.settimeout(5)
        self.opened.append(connection)
        self.turn()
        return connection

    def turn(self) -> None:
        while ready := self.selector.select(0):
            for key, _ in ready:
                key.data()
        self.server.expire()

    def close(self) -> None:
        for connection in self.opened:
            connection.close()
        self.turn()
        self.server.close()
        self.selector.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def test_a_request_in_pieces_is_one_request(world: World) -> None:
    client = world.connect()
    for byte in request_line("hello"):
        client.send(bytes([byte]))
        world.turn()
    assert json.loads(client.recv(4096))["ready"] is True


def test_who_says_nothing_is_dropped_after_a_while_and_who_asks_now_and_then_is_not(world: World) -> None:
    silent, talking = world.connect(), world.connect()
    for _ in range(4):
        world.now += IDLE_SECONDS / 3
        talking.send(request_line("hello"))
        world.turn()
        assert talking.recv(4096)
    assert silent.recv(1) == b""
    assert world.server.deadline() == world.now + IDLE_SECONDS


def test_half_a_request_is_not_waited_for_for_ever(world: World) -> None:
    client = world.connect()
    client.send(request_line("hello")[:10])
    world.turn()
    world.now += IDLE_SECONDS
    world.turn()
    assert client.recv(1) == b""


def test_a_subscriber_may_be_silent_and_is_reported(world: World) -> None:
    client = world.connect()
    client.send(request_line("subscribe"))
    world.turn()
    assert json.loads(client.recv(4096))["command"] == "subscribe"
    world.now += 1000 * IDLE_SECONDS
    world.turn()
    assert world.server.deadline() is None
    world.server.publish(b"news\n")
    assert client.recv(4096) == b"news\n"


def test_a_subscriber_that_does_not_read_is_dropped(world: World) -> None:
    client = world.connect()
    client.send(request_line("subscribe"))
    world.turn()
    for _ in range(40):
        world.server.publish(b"x" * (LARGEST_BACKLOG // 16))
    assert world.server.clients == {}


def test_who_does_not_read_its_answers_is_not_read_from_and_dropped(world: World) -> None:
    world.values = {"much": "x" * 400_000}
    client = world.connect()
    client.send(request_line("status") * 3)
    world.turn()
    (served,) = world.server.clients.values()
    assert served.outgoing
    world.now += IDLE_SECONDS
    world.turn()
    assert world.server.clients == {}


def test_who_reads_slowly_gets_all_of_it(world: World) -> None:
    world.values = {"much": "x" * 800_000}
    client = world.connect()
    client.send(request_line("status"))
    world.turn()
    got = b""
    while not got.endswith(b"\n"):
        got += client.recv(1 << 16)
        world.turn()
    assert len(json.loads(got)["much"]) == 800_000


def test_the_longest_silent_makes_room_and_subscribers_stay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "MOST_CLIENTS", 3)
    subscriber = world.connect()
    subscriber.send(request_line("subscribe"))
    world.turn()
    world.now += 1
    first = world.connect()
    world.now += 1
    second, third = world.connect(), world.connect()
    assert first.recv(1) == b""
    second.send(request_line("hello"))
    third.send(request_line("hello"))
    world.turn()
    assert second.recv(4096)
    assert third.recv(4096)
    assert len(world.server.clients) == 3


def test_when_all_are_subscribers_one_more_is_reported_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "MOST_CLIENTS", 1)
    world.connect().send(request_line("subscribe"))
    world.turn()
    assert json.loads(world.connect().recv(4096))["error"]["code"] == "refused"
    assert MOST_CLIENTS == 64


def test_a_stale_socket_is_replaced_and_a_removed_one_made_again(world: World) -> None:
    assert not world.server.rebind()
    world.path.unlink()
    assert world.server.rebind()
    client = world.connect()
    client.send(request_line("hello"))
    world.turn()
    assert client.recv(4096)


def test_a_daemon_whose_socket_another_has_taken_leaves_it_there(tmp_path: Path) -> None:
    first, second = World(tmp_path), World(tmp_path)
    with pytest.raises(BusyError, match="another daemon"):
        first.server.rebind()
    first.close()
    client = second.connect()
    client.send(request_line("hello"))
    second.turn()
    assert client.recv(4096)
    second.close()


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    world = World(tmp_path)
    before = len(os.listdir("/dev/fd"))
    for _ in range(100):
        world.connect().close()
        world.turn()
    assert len(os.listdir("/dev/fd")) == before
    world.close()
    assert not world.path.exists()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        pytest.param(b"", "garbage", id="empty"),
        pytest.param(b"null", "garbage", id="null"),
        pytest.param(b'{"command": "hello"}', "protocol", id="no protocol"),
        pytest.param(b'{"protocol": true, "command": "hello!"}', "command", id="unknown"),
        pytest.param(b'{"protocol": 2, "command": "hello"}', "protocol", id="newer"),
    ],
)
def test_a_request_that_is_none(line: bytes, code: str) -> None:
    found = read_request(line)
    assert isinstance(found, BadRequest)
    assert found.code == code


def test_a_request_of_a_later_idecare_may_say_more() -> None:
    assert read_request(b'{"protocol": 1, "command": "status", "since": 5}') == Request("status")
