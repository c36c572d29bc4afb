"""Go source made up for tests: a module proxy on the file system, and a main module which can be edited.

The layout of the proxy is the one that GOPROXY=file://... reads (go.dev/ref/mod#goproxy-protocol).
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

GO_LINE = "go 1.21"
RELEASED = "2024-01-02T03:04:05Z"
# A standard package, and an expression of type string which makes the import necessary.
LIGHT_STD = {
    "bytes": 'bytes.NewBufferString("b").String()',
    "encoding/json": "fmt.Sprint(json.Valid(nil))",
    "errors": 'errors.New("e").Error()',
    "fmt": "fmt.Sprint(revision)",
    "path/filepath": 'filepath.Base("/a/b")',
    "strconv": "strconv.Itoa(revision)",
    "strings": 'strings.ToUpper("s")',
}
HEAVY_STD = LIGHT_STD | {
    "go/format": 'fmt.Sprint(format.Source([]byte("package p")))',
    "net/http": "http.StatusText(200)",
    "text/template": 'template.HTMLEscapeString("<")',
}


@dataclass(frozen=True)
class Module:
    """One version of a module: ``packages`` folders of ``files`` source files, besides the one in its root."""

    path: str
    version: str = "v1.0.0"
    packages: int = 1
    files: int = 2
    requires: tuple[tuple[str, str], ...] = ()

    @property
    def sources(self) -> dict[str, str]:
        """Every file of the module, by its path inside the module."""
        name = package_name(self.path)
        sources = {
            "go.mod": _go_mod(self.path, self.requires),
            "README.md": f"# {self.path} {self.version}\n",
            ".hidden/note.txt": "hidden files are part of the sum\n",
            f"{name}.go": _root_source(name, self),
        }
        for package in range(self.packages):
            for file in range(self.files):
                sources[f"part{package:02}/f{file:03}.go"] = _part_source(package, file)
        return sources


MODULES = (
    Module("example.test/base", "v1.0.0"),
    Module("example.test/base", "v1.1.0", packages=2),
    Module("example.test/many", packages=12, files=25, requires=(("example.test/base", "v1.0.0"),)),
    Module("example.test/Upper/tools", "v0.2.0", requires=(("example.test/base", "v1.1.0"),)),
    Module("example.test/extra", packages=3, files=40),
    Module("single.test", requires=(("example.test/base", "v1.0.0"),)),
)
# What the main module uses from the start; example.test/extra is left for edits that change go.mod.
USED = ("example.test/base", "example.test/many", "example.test/Upper/tools", "single.test")


def package_name(path: str) -> str:
    """The package in the root folder of the module ``path``."""
    return re.sub(r"[^a-z0-9]", "", path.rsplit("/", 1)[-1].lower().removesuffix(".test"))


def escaped(text: str) -> str:
    """A module path or version as it is spelled on disk: capital letters become ``!`` and the small one."""
    return re.sub("[A-Z]", lambda match: "!" + match[0].lower(), text)


def unescaped(text: str) -> str:
    return re.sub("!([a-z])", lambda match: match[1].upper(), text)


def _go_mod(path: str, requires: Iterable[tuple[str, str]]) -> str:
    lines = [f"\t{other} {version}\n" for other, version in requires]
    return f"module {path}\n\n{GO_LINE}\n" + (f"\nrequire (\n{''.join(lines)})\n" if lines else "")


def _root_source(name: str, module: Module) -> str:
    others = [other for other, _ in module.requires] + [f"{module.path}/part{n:02}" for n in range(module.packages)]
    imports = "".join(f'\tm{number} "{other}"\n' for number, other in enumerate(others))
    terms = "".join(f" + m{number}.Value()" for number in range(len(others)))
    return f'package {name}\n\nimport (\n{imports})\n\nfunc Value() string {{ return "{module.version}"{terms} }}\n'


def _part_source(package: int, file: int) -> str:
    lines = "\n".join(f"// Line {number} makes the file worth extracting." for number in range(20))
    function = "Value" if file == 0 else f"value{file:03}"
    return f'package part{package:02}\n\n{lines}\nfunc {function}() string {{ return "{package}/{file}" }}\n'


def write_proxy(folder: Path, modules: Iterable[Module] = MODULES) -> Path:
    """Write ``modules`` below ``folder`` as a proxy serves them, and return the folder."""
    for module in modules:
        versions = folder / escaped(module.path) / "@v"
        versions.mkdir(parents=True, exist_ok=True)
        with (versions / "list").open("a") as listing:
            listing.write(f"{module.version}\n")
        stem = versions / escaped(module.version)
        Path(f"{stem}.info").write_text(json.dumps({"Version": module.version, "Time": RELEASED}))
        Path(f"{stem}.mod").write_text(module.sources["go.mod"])
        with zipfile.ZipFile(f"{stem}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in module.sources.items():
                archive.writestr(f"{module.path}@{module.version}/{name}", text)
    return folder


@dataclass(frozen=True)
class MainModule:
    """A working copy whose packages import each other, the standard library and the modules of the proxy."""

    folder: Path
    packages: tuple[str, ...]

    def edit(self, package: str, revision: int) -> None:
        """Change the source of ``package``, so that it and all that import it must be compiled again."""
        _replace(self.folder / package / "revision.go", f"package {package}\n\nconst revision = {revision}\n")

    def import_extra(self, package: str) -> None:
        """Make ``package`` import a module that go.mod does not name yet."""
        text = f'package {package}\n\nimport "example.test/extra"\n\nvar Extra = extra.Value()\n'
        _replace(self.folder / package / "extra.go", text)

    def drop_extra(self, package: str) -> None:
        (self.folder / package / "extra.go").unlink(missing_ok=True)


def write_main_module(folder: Path, *, packages: int = 24, std: Mapping[str, str] = LIGHT_STD) -> MainModule:
    """Write a main module; ``go mod tidy`` has to fill in its requirements and go.sum."""
    names = tuple(f"p{number:02}" for number in range(packages))
    for number, name in enumerate(names):
        package = folder / name
        package.mkdir(parents=True)
        (package / f"{name}.go").write_text(_main_source(number, name, std))
        (package / f"{name}_test.go").write_text(_test_source(name))
    main = MainModule(folder, names)
    for name in names:
        main.edit(name, 0)
    (folder / "go.mod").write_text(_go_mod("example.test/app", ()))
    (folder / "app").mkdir()
    (folder / "app" / "main.go").write_text(
        f'package main\n\nimport "example.test/app/{names[-1]}"\n\nfunc main() {{ println({names[-1]}.Value()) }}\n'
    )
    return main


def _main_source(number: int, name: str, std: Mapping[str, str]) -> str:
    # The first package carries every import; each of the others imports one package before it, one module of the
    # proxy and a few standard packages, so that an edit near the root makes about half of them stale.
    chosen = {"fmt", *(list(std)[(number + step) % len(std)] for step in (0, 3))}
    needed = sorted(chosen if number else std)
    modules = (USED[number % len(USED)],) if number else USED
    others = {f"m{index}": path for index, path in enumerate(modules)}
    if number:
        others["before"] = f"example.test/app/p{(number - 1) // 2:02}"
    imports = [f'\t"{path}"\n' for path in needed] + [f'\t{alias} "{path}"\n' for alias, path in others.items()]
    terms = [std[path] for path in needed] + [f"{alias}.Value()" for alias in others]
    body = " +\n\t\t".join(terms)
    return f"package {name}\n\nimport (\n{''.join(imports)})\n\nfunc Value() string {{\n\treturn {body}\n}}\n"


def _test_source(name: str) -> str:
    return (
        f'package {name}\n\nimport "testing"\n\n'
        'func TestValue(t *testing.T) {\n\tif Value() == "" {\n\t\tt.Fatal("no value")\n\t}\n}\n'
    )


def _replace(path: Path, text: str) -> None:
    # By rename: a go command that reads the file meanwhile sees one version of it, as from an editor.
    beside = path.with_suffix(".new")
    beside.write_text(text)
    os.replace(beside, path)
