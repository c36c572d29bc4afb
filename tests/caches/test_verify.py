"""Which module cache `repair` works in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idecare.caches.verify import find_modcache
from idecare.core.errors import IdecareError
from tests.conftest import make_host


def test_without_a_home_nothing_says_where_the_module_cache_is() -> None:
    host = replace(make_host("linux", {"PATH": ""}), home=None)
    host = replace(host, environment={"PATH": ""})
    with pytest.raises(IdecareError, match="nothing says where the module cache is") as raised:
        find_modcache(host)
    assert "GOMODCACHE" in raised.value.hint
