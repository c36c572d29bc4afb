"""Where the socket is, and who may own its folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idecare.core.errors import RefusedError
from idecare.watcher.runtime_paths import check_owner, runtime_paths
from tests.conftest import make_host


def test_the_socket_is_where_the_login_keeps_such_things() -> None:
    assert runtime_paths(make_host(environment={"XDG_RUNTIME_DIR": "/run/user/7"})).runtime == Path(
        "/run/user/7/idecare"
    )
    assert runtime_paths(make_host(user_id=7)).runtime == Path("/tmp/idecare-7")
    assert runtime_paths(make_host("macos", environment={"TMPDIR": "/var/f/T"}, user_id=7)).runtime == Path(
        "/var/f/T/idecare-7"
    )


def test_a_path_too_long_for_a_socket_is_not_used() -> None:
    found = runtime_paths(make_host(environment={"XDG_RUNTIME_DIR": "/run/" + "x" * 100}, user_id=7))
    assert found.runtime == Path("/tmp/idecare-7")
    assert len(os.fsencode(found.socket)) <= 100


def test_each_state_folder_has_a_daemon_of_its_own() -> None:
    assert runtime_paths(make_host(home="/home/a")).socket != runtime_paths(make_host(home="/home/b")).socket


@pytest.mark.parametrize("mode", [0o777, 0o720, 0o702])
def test_a_runtime_folder_that_others_may_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "runtime"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(RefusedError, match="you alone"):
        check_owner(folder, os.geteuid())


def test_a_runtime_folder_of_another_or_behind_a_link_is_refused(tmp_path: Path) -> None:
    folder, link = tmp_path / "runtime", tmp_path / "link"
    folder.mkdir(mode=0o700)
    link.symlink_to(folder)
    check_owner(folder, os.geteuid())
    for place, user in ((folder, os.geteuid() + 1), (link, os.geteuid())):
        with pytest.raises(RefusedError):
            check_owner(place, user)
