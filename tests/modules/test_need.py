"""What a project would download again: what its go.sum names and the cache holds."""

from __future__ import annotations

from pathlib import Path

from idecare.caches.base import Rules
from idecare.caches.inspect import inspect_cache
from idecare.modules.need import Need, find_need
from tests.builders import location, write, write_file
from tests.conftest import make_host

H1 = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
SUM = f"""example.com/Big v1.0.0 {H1}
example.com/Big v1.0.0/go.mod {H1}
example.com/seen v1.2.0/go.mod {H1}
example.com/gone v1.0.0 {H1}
example.com/gone v1.0.0/go.mod {H1}
example.com/\0odd v1.0.0 {H1}
"""


def module_cache(root: Path) -> Path:
    write_file(root / "cache/download/example.com/!big/@v/v1.0.0.zip", "x" * 700)
    names = ("!big/@v/v1.0.0.mod", "seen/@v/v1.2.0.mod", "other/@v/v1.0.0.zip", "other/v2/@v/v2.0.0.mod")
    return write(root, *(f"cache/download/example.com/{name}" for name in names), "example.com/!big@v1.0.0/x.go")


def test_what_is_named_and_there_is_counted(tmp_path: Path) -> None:
    root = module_cache(tmp_path / "mod")
    sums = write_file(tmp_path / "shop/go.sum", SUM)
    assert find_need(root, [sums], ["example.com/Big", "example.com/seen", "example.com/other"]) == Need(1, 700, 1, 1)
    assert find_need(root, [write_file(tmp_path / "go.sum", "")], ["a"]) == Need(0, 0, 0, 1)
    assert find_need(root, [], ["a"]) is None


def test_a_proven_cache_knows_what_the_module_we_are_in_needs(tmp_path: Path) -> None:
    root = module_cache(tmp_path / "mod")
    write(root, "cache/download/golang.org/toolchain/@v/v0.0.1-go1.27.3.linux-amd64.zip")
    shop = write(tmp_path / "shop", "go.mod", "deep/")
    write_file(shop / "go.sum", SUM)
    place = location("modcache", root)
    assert inspect_cache(place, Rules(make_host(home=tmp_path / "home", cwd=shop / "deep"), ())).need == Need(
        1, 700, 1, 2
    )
    assert inspect_cache(place, Rules(make_host(home=tmp_path / "home", cwd=tmp_path), ())).need is None
