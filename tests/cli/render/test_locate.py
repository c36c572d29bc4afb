from __future__ import annotations

from pathlib import Path

import pytest

from idecare.caches.discovery import Discovery
from idecare.cli.render.locate import KINDS, Located, located_text, located_values
from idecare.core.locations import CacheLocation, ConfigLocation, Ide, Install, Runtime
from idecare.system.executables import Binary

HOME = Path("/home/gopher")
GO = Install("go", "go", Path("/usr/local/go"), "official package", Path("/usr/local/go/bin/go"), "go1.27.3")
DLV = Install("gopls", "dlv", HOME / "go/bin/dlv", "bin of GOPATH", HOME / "go/bin/dlv")
JAVA = Runtime(Path("/jbr"), "bundled", "21.0.8", "JetBrains s.r.o.", "JBR-21.0.8", "arm64")
CODE = Ide("vscode", "Code", HOME / ".config/Code/code.lock")
CACHE = CacheLocation("vscode", "Code: Cache", HOME / ".config/Code/Cache", "default", "vscode", CODE)
CONFIG = ConfigLocation("go", "go env file", HOME / ".config/go/env", "default")
FOUND = Discovery((GO, DLV), (JAVA,), (CACHE,), (CONFIG,))
BINARIES = {
    DLV.path: Binary("mach-o fat", ("amd64", "arm64"), "go1.26.0", module_version="v1.27.1"),
    Path("/usr/local/go/bin/go"): Binary("elf", ("amd64",), "go1.27.3"),
}


def cache(**changes: object) -> CacheLocation:
    values = {"tool": "go", "name": "build cache", "path": HOME / "c", "source": "default", "target": "gocache"}
    return CacheLocation(**{**values, **changes})  # type: ignore[arg-type]


def text_of(*caches: CacheLocation, existing: bool = True) -> str:
    present = frozenset(location.path for location in caches) if existing else frozenset()
    return located_text(Located(Discovery(caches=caches), present), ["caches"], HOME)


def test_text_has_a_section_for_each_kind() -> None:
    assert located_text(Located(FOUND, frozenset({CACHE.path}), BINARIES), KINDS, HOME) == (
        "Installs\n"
        "  PRODUCT  VERSION   ARCHITECTURE  PATH           WHY THERE\n"
        "  go       go1.27.3  amd64         /usr/local/go  official package\n"
        "  dlv      v1.27.1   amd64+arm64   ~/go/bin/dlv   bin of GOPATH\n"
        "\n"
        "Runtimes\n"
        "  RUNTIME     VERSION  ARCHITECTURE  PATH  WHY THERE\n"
        "  JBR-21.0.8  21.0.8   arm64         /jbr  bundled\n"
        "\n"
        "Caches\n"
        "  CACHE        TARGET  PATH                  WHY THERE\n"
        "  Code: Cache  vscode  ~/.config/Code/Cache  default\n"
        "\n"
        "Configs\n"
        "  FILE         PATH              WHY THERE\n"
        "  go env file  ~/.config/go/env  default; not there yet"
    )


@pytest.mark.parametrize(
    ("location", "words"),
    [
        pytest.param(cache(problem="GOCACHE is off"), "PROBLEM: GOCACHE is off", id="problem"),
        pytest.param(cache(effective=False), "default; not used from this shell", id="another Go's"),
        pytest.param(cache(target=None), "build cache  -       ~/c   default", id="never a target"),
    ],
)
def test_what_is_special_about_a_cache_is_said(location: CacheLocation, words: str) -> None:
    assert words in text_of(location)


def test_a_cache_that_does_not_exist_is_marked() -> None:
    assert "default; not there yet" in text_of(cache(), existing=False)


def test_an_install_left_alone_is_marked() -> None:
    wrapper = Install("go", "go", Path("/venv/bin/go"), "a wrapper", managed=False)
    assert "a wrapper (left alone)" in located_text(Located(Discovery((wrapper,))), ["installs"], None)


def test_many_folders_of_killed_builds_are_counted() -> None:
    folders = [cache(name="build folder", path=Path(f"/tmp/go-build{number}"), target=None) for number in range(300)]
    text = text_of(cache(), *folders, cache(path=HOME / "d"))
    assert text.count("/tmp/go-build") == 3
    assert "… and 297 more" in text
    assert "~/d" in text


def test_an_empty_machine_gets_a_line_for_each_kind() -> None:
    assert located_text(Located(Discovery()), KINDS, None).splitlines() == [
        *("Installs", "  no Go, gopls, Delve or IDE was found", ""),
        *("Runtimes", "  no Java runtime was found", ""),
        *("Caches", "  no cache was found", ""),
        *("Configs", "  no configuration file was found"),
    ]


def test_empty_kinds_are_passed_over_where_only_tools_were_named() -> None:
    assert located_text(Located(Discovery(configs=(CONFIG,))), KINDS, HOME, with_empty=False).startswith("Configs\n")
    assert located_text(Located(Discovery()), KINDS, HOME, with_empty=False) == "Nothing was found."


def test_values_hold_all_that_was_found() -> None:
    assert located_values(Located(FOUND, frozenset({CACHE.path}), BINARIES)) == {
        "installs": [
            {
                "tool": "go",
                "product": "go",
                "path": "/usr/local/go",
                "source": "official package",
                "binary": "/usr/local/go/bin/go",
                "version": "go1.27.3",
                "architectures": ["amd64"],
                "go_version": "go1.27.3",
                "build": None,
                "selector": None,
                "managed": True,
            },
            {
                "tool": "gopls",
                "product": "dlv",
                "path": "/home/gopher/go/bin/dlv",
                "source": "bin of GOPATH",
                "binary": "/home/gopher/go/bin/dlv",
                "version": "v1.27.1",
                "architectures": ["amd64", "arm64"],
                "go_version": "go1.26.0",
                "build": None,
                "selector": None,
                "managed": True,
            },
        ],
        "runtimes": [
            {
                "home": "/jbr",
                "source": "bundled",
                "version": "21.0.8",
                "vendor": "JetBrains s.r.o.",
                "vendor_version": "JBR-21.0.8",
                "architecture": "arm64",
            }
        ],
        "caches": [
            {
                "tool": "vscode",
                "name": "Code: Cache",
                "path": "/home/gopher/.config/Code/Cache",
                "source": "default",
                "target": "vscode",
                "ide": "Code",
                "exists": True,
                "effective": True,
                "problem": None,
            }
        ],
        "configs": [
            {
                "tool": "go",
                "name": "go env file",
                "path": "/home/gopher/.config/go/env",
                "source": "default",
                "exists": False,
            }
        ],
    }


def test_values_of_kinds_not_asked_for_are_left_out() -> None:
    assert list(located_values(Located(FOUND), ["caches"])) == ["caches"]
