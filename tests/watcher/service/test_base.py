"""What a service is to run: by absolute paths, with the variables that decide what it sees and no others."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from idecare.core.errors import RefusedError
from idecare.watcher.service import base as order
from idecare.watcher.service.base import own_environment, service_order
from tests.conftest import make_host


def test_the_program_is_named_by_its_path() -> None:
    assert service_order(make_host()).program == (sys.executable, "-P", "-m", "idecare", "daemon", "run")


def test_what_a_shell_has_set_for_go_for_folders_and_for_the_language_is_kept_and_nothing_else() -> None:
    kept = {"GOCACHE": "/cache", "XDG_STATE_HOME": "/state", "LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN:en"}
    host = make_host(environment={**kept, "SECRET": "x", "EDITOR": "vi", "GOENV": ""})
    found = dict(service_order(host).environment)
    found.pop("PYTHONPATH", None)
    assert found == {"PATH": "", **kept}


def test_folders_of_the_search_path_that_depend_on_where_one_stands_are_left_out() -> None:
    assert service_order(make_host(environment={"PATH": "/a:.:b::/c"})).environment["PATH"] == "/a:/c"


def test_a_value_that_does_not_fit_on_a_line_is_left_out() -> None:
    assert "GOENV" not in service_order(make_host(environment={"GOENV": "/a\nExecStart=/bin/evil"})).environment


@pytest.mark.parametrize("executable", ["", "python3", "/a\nb/python"])
def test_a_python_that_cannot_be_named_is_refused(monkeypatch: pytest.MonkeyPatch, executable: str) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    with pytest.raises(RefusedError, match="cannot be named in a service file"):
        service_order(make_host())


def test_an_idecare_that_is_not_installed_is_found_through_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "PACKAGE_FOLDER", Path("/checkout"))
    assert service_order(make_host()).environment["PYTHONPATH"] == "/checkout"
    assert own_environment(make_host(environment={"PYTHONPATH": "/mine"}))["PYTHONPATH"] == "/checkout:/mine"
