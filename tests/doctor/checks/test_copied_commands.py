"""Every command that a check, a conflict or an explanation prints means, to a shell, the names that it was made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from idecare.core.commands import shell_word
from idecare.core.locations import Install
from idecare.doctor.architecture_chain import Link
from idecare.doctor.base import RunByUser
from idecare.doctor.checks.arm64_chain import cure
from idecare.doctor.checks.caches_modules import repair_command
from idecare.doctor.explain import KNOWN_ERRORS
from idecare.doctor.explain.answer import answer
from idecare.doctor.explain.base import PLACEHOLDER
from idecare.doctor.explain.recognise import Place, Recognised
from idecare.doctor.go_facts import BuiltTool
from idecare.doctor.snapshot.caches import WorkFolder
from idecare.golang.environment import Folder, caches
from idecare.golang.installs import Asked, Manager
from idecare.golang.module import ModuleFile
from idecare.modules.layout import ModuleVersion
from idecare.modules.repair import blocked, command
from idecare.modules.signs import Sign
from idecare.modules.state import Barrier, ModuleState
from idecare.workspaces.base import GoSetting, GoSide, Presence, Scan, Workspace
from idecare.workspaces.conflicts import find_conflicts
from idecare.workspaces.conflicts.fixes import configure, fix_go, fix_variable
from tests.builders import NOW, write_file
from tests.doctor.checks.snapshots import findings, make_snapshot
from tests.support.copied import HOSTILE_NAMES, run_copied

NAMES = tuple(name for name in HOSTILE_NAMES if name and name.strip("\n"))  # what a module or a file may be called
Printed = Callable[[str, Path], Iterator[tuple[str, list[str]]]]
GOOD = ModuleFile(Path("/src/go.mod"), "example.com/a", "1.25")


def go_quoted(name: str) -> str:
    """As an interpreted string of Go."""
    data = name.encode("utf-8", "surrogateescape")
    return '"' + "".join(f"\\x{byte:02x}" for byte in data) + '"'


def commands_of(check: str, snapshot: object) -> list[str]:
    return [
        remedy.command
        for finding in findings(check, snapshot)  # type: ignore[arg-type]
        for remedy in finding.remedies
        if isinstance(remedy, RunByUser)
    ]


def of_go_work(name: str, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    work = tmp_path / name / "go.work"
    write_file(work, f"go 1.27\nuse {go_quoted('./' + name)}\n")
    write_file(tmp_path / name / "app" / "go.mod", "module example.com/app\n\ngo 1.25\n")
    gone, used, _ = commands_of("go/work", make_snapshot(tmp_path, cwd=tmp_path / name / "app"))
    yield gone, ["go", "work", "edit", f"-dropuse={tmp_path / name / name}", str(work)]
    yield used, ["go", "work", "use", str(tmp_path / name / "app")]


def of_go_work_twice(name: str, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    write_file(tmp_path / "go.work", f"go 1.27\nuse ./app\nuse {go_quoted('./' + name)}\n")
    for folder in ("app", name):
        write_file(tmp_path / folder / "go.mod", "module example.com/app\n\ngo 1.25\n")
    (twice,) = commands_of("go/work", make_snapshot(tmp_path, cwd=tmp_path / "app"))
    yield twice, ["go", "work", "edit", f"-dropuse={tmp_path / name}", str(tmp_path / "go.work")]


def of_path(name: str, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    install = Install("go", "go", tmp_path / name, "found", tmp_path / name / "bin" / "go", version="go1.27")
    found = make_snapshot(tmp_path, go_installs=(install,), shell_go=None)
    (export,) = commands_of("go/installs", found)
    path = f"{tmp_path / name / 'bin'}:{tmp_path / 'programs'}"
    yield f'{export}; rm "$PATH"', ["rm", path]


def of_owners(name: str, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    snapshot = make_snapshot(tmp_path, environment={"GOCACHE": str(tmp_path / name)})
    cache = next(place for place in caches(snapshot.host) if place.path == tmp_path / name)
    snapshot = make_snapshot(tmp_path, cache_folders=(Folder(cache, cache.path, 0, 0o755),))
    give, open_up = commands_of("go/owners", snapshot)
    yield give, ["sudo", "chown", "-R", "id", str(cache.path)]
    yield open_up, ["chmod", "u+rwx", str(cache.path)]


def of_private_hosts(name: str, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    host = f"git.corp.{name.replace('/', '')}.internal"
    (write_,) = commands_of("go/private", make_snapshot(tmp_path, required={f"{host}/a": "v1.0.0"}, has_git=True))
    yield write_, ["go", "env", "-w", f"GOPRIVATE={host}"]


def of_managers(name: str, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    words = {"goenv": ["install", name], "gvm": ["install", f"go{name}"], "asdf": ["install", "golang", name]}
    for manager, wanted in {**words, "mise": ["install", f"go@{name}"]}.items():
        found = Manager(manager, ("1.2",), Asked(name, tmp_path / ".go-version"))
        (install,) = commands_of("go/managers", make_snapshot(tmp_path, go_managers=(found,), other_modcaches=()))
        yield install, [manager, *wanted]


def of_tools(name: str, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    tool = BuiltTool(tmp_path / "x", f"example.com/{name}", "go1.20")
    module = replace(GOOD, go=f"1.25.1{name}")
    for install in commands_of("go/tools", make_snapshot(tmp_path, built_tools=(tool,), module_file=module)):
        yield install, ["go", "install", f"example.com/{name}@latest"]


def of_env_file(name: str, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    if name == name.strip().strip("\"'") and "=" not in name and "\n" not in name:
        (write_,) = commands_of("go/env-file", make_snapshot(tmp_path, go_env_lines=(f"A{name}='{name}'",)))
        yield write_, ["go", "env", "-w", f"A{name}={name}"]


def of_leftovers(name: str, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    left = (WorkFolder(tmp_path / f"go-build{name}", 0.0), WorkFolder(tmp_path / name, 0.0))
    (remove,) = commands_of(
        "caches/build-leftovers", make_snapshot(tmp_path, work_folders=left, running_programs=frozenset())
    )
    yield remove, ["rm", "-rf", *(str(one.path) for one in left)]


def of_the_module_cache(name: str, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    signs = (
        Sign("litter", "", tmp_path / name, "x"),
        Sign("access", "", tmp_path / name, "x"),
        Sign("access", "", tmp_path / name, "x", is_foreign=True),
    )
    snapshot = make_snapshot(tmp_path, module_signs=signs, modcache=tmp_path, go_is_at_work=False)
    found = commands_of("caches/modules", snapshot)
    assert len(found) == 3
    for printed in found:
        words = {"rm": ["rm"], "ch": ["chmod", "u+rwx"], "su": ["sudo", "chown", "-R", "id"]}[printed[:2]]
        yield printed, [*words, str(tmp_path / name)]


def of_a_module(name: str, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    module = ModuleVersion(f"example.com/{name}", "v1.0.0")
    yield command(module), ["idecare", "repair", str(module)]
    yield repair_command([str(module), name]), ["idecare", "repair", str(module), name]
    skip = blocked(ModuleState(module, barriers=(Barrier(name, 0),)))
    assert skip is not None
    for root in ("/mod", "/my mod;$(touch PWNED)"):
        step = skip.next_step.replace("{root}", shell_word(root), 1)
        yield step, ["sudo", "chown", "-R", "id", f"{root}/{name}"]
    link = Link("dlv", "dlv", ("amd64",), None, "x", package=name)
    _, (remedy,) = cure(make_snapshot(tmp_path).host, link)
    yield remedy.command, ["go", "install", name]


def of_conflicts(name: str, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    root = tmp_path / "project" / name
    root.mkdir(parents=True)
    marker = Path(f"/mod/cache/download/a.b/c/@v/v1.0.0-{name}.partial")
    module = Workspace(root, "example.com/app", (), half_extracted=(marker,))
    (found,) = find_conflicts(Scan(NOW, (module,)), NOW)
    assert found.command is not None
    yield found.command, ["go", "mod", "download", f"a.b/c@v1.0.0-{name}"]
    code = Presence(
        "vscode", "Code", None, 1, (1,), NOW, (root,), (), GoSide(settings=(), go=Path("/usr/go"), go_version="go1.20")
    )
    other = replace(code, name="Other", side=replace(code.side, go=Path(f"/{name}/go"), go_version="go1.27"))
    setting = ["idecare", "configure", "--ide", "vscode", "--set"]
    yield configure(code, f"a/{name}", name), [*setting, f"a/{name}={name}"]
    yield (
        fix_go(root, [code, other]).command or "",
        [*setting, f"go.alternateTools/go=/{name}/go", "--scope", "workspace"],
    )
    goenv = GoSetting("GOFLAGS", name, "goenv", "GOFLAGS in env", Path("/home/x/.config/go/env"))
    one, empty = (replace(code, side=GoSide(settings=(replace(goenv, value=value),))) for value in (name, ""))
    odd = fix_variable(root, [(one, name), (empty, ""), (one, name)], "GOFLAGS")
    yield odd.command or "", ["go", "env", "-w", f"GOFLAGS={name}"]


OF: dict[str, Printed] = {
    function.__name__: function
    for function in (
        of_go_work,
        of_go_work_twice,
        of_path,
        of_owners,
        of_private_hosts,
        of_managers,
        of_tools,
        of_env_file,
        of_leftovers,
        of_the_module_cache,
        of_a_module,
        of_conflicts,
    )
}


@pytest.mark.parametrize("of", OF)
def test_a_printed_command_runs_as_it_is_meant(of: str, tmp_path: Path) -> None:
    for number, name in enumerate(NAMES):
        folder = tmp_path / str(number)
        folder.mkdir()
        for printed, words in OF[of](name, folder):
            assert run_copied(printed, folder)[-1] == words


def test_the_steps_of_errors_are_run_as_they_are_meant() -> None:
    """Of a text that was pasted: each word in a fix is one word of a shell, however the rest of the sentence reads."""
    for known in KNOWN_ERRORS:
        wanted = set(PLACEHOLDER.findall(known.fix)) - {"unset"}
        for name in NAMES if wanted else ():
            place = Place(1, "", dict.fromkeys(wanted, name))
            found = answer(make_snapshot(Path("/dev/null/x")).host, Recognised(known, (place,), 1), "a Mac")
            assert shell_word(name) in found.fix
            assert name == shell_word(name) or name not in found.fix.replace(shell_word(name), "")
