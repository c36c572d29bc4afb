"""go.work: one that is not there, that leaves out this module, or that decides from far above."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.commands import command_text
from idecare.core.language import tr
from idecare.doctor.base import Check, Finding, RunByUser, Severity
from idecare.doctor.snapshot import Snapshot
from idecare.golang.delve_releases import parse_version
from idecare.golang.goflags import module_mode
from idecare.golang.module import ModuleFile, WorkFile
from idecare.system.files import real

Modules = tuple[tuple[Path, ModuleFile | None], ...]

ID, VENDOR = "go/work", "go/vendor"
DEFAULT_GO = "1.18"  # a go.work without a go line (golang.org/ref/mod#go-work-file-go)


def check_work(snapshot: Snapshot) -> Iterable[Finding]:
    work = snapshot.work
    if work is None:
        return
    if work.file is None or (work.named and not Path(work.named).is_absolute()):
        why = tr("go refuses each command; unset, go finds a go.work by itself")
        yield _finding(
            "named",
            "error",
            tr("GOWORK={value} is not the absolute path of a go.work", value=work.named),
            (work.source,),
            why,
        )
        return
    yield from _uses(work, work.file, snapshot.work_modules)
    if snapshot.module_file:
        yield from _here(snapshot, work, work.file, snapshot.module_file)
    flags = snapshot.go_environment.lookup("GOFLAGS")
    if module_mode(flags.value) == "mod":
        evidence = (str(work.file.path), f"GOFLAGS={flags.value} ({flags.source})")
        why = tr("go refuses: '-mod may only be set to readonly or vendor when in workspace mode'")
        yield _finding("mod-mod", "error", tr("GOFLAGS holds -mod=mod, and a go.work is in force"), evidence, why)


def _uses(work: WorkFile, file: ModuleFile, modules: Modules) -> Iterator[Finding]:
    gone = tuple(folder for folder, module in modules if module is None)
    if gone:
        evidence = (f"{file.path} ({work.source})", *(tr("no go.mod in {folder}", folder=folder) for folder in gone))
        why = tr("go refuses each command below it: 'cannot load module ... listed in go.work file'")
        remedies = tuple(_drop(folder, file) for folder in gone)
        yield _finding(
            "gone", "error", tr("{path} uses modules that are not there", path=file.path), evidence, why, remedies
        )
    names = [module.module for _, module in modules if module and module.module]
    for name in sorted({name for name in names if names.count(name) > 1}):
        folders = tuple(str(folder) for folder, module in modules if module and module.module == name)
        why = tr("go refuses each command below it: 'appears multiple times in workspace'")
        remedies = (_drop(folders[-1], file),)
        yield _finding(
            "twice",
            "error",
            tr("{path} uses two modules named {name}", path=file.path, name=name),
            folders,
            why,
            remedies,
        )
    own = parse_version(file.go or DEFAULT_GO)
    for folder, module in modules:
        needs = parse_version(module.go) if module else None
        if module and own and needs and needs > own and needs >= (1, 21, 0):
            evidence = (
                tr("go {version} in {path}", version=file.go or DEFAULT_GO, path=file.path),
                tr("go {version} in {path}", version=module.go, path=module.path),
            )
            why = tr("go refuses: 'module ... listed in go.work file requires go >= ..., but go.work lists go ...'")
            remedies = (RunByUser("go work use"),)
            yield _finding(
                "older",
                "error",
                tr("{path} is for an older Go than {module}", path=file.path, module=folder.name),
                evidence,
                why,
                remedies,
            )


def _drop(folder: str | Path, file: ModuleFile) -> RunByUser:
    return RunByUser(command_text("go", "work", "edit", f"-dropuse={folder}", file.path))


def _here(snapshot: Snapshot, work: WorkFile, file: ModuleFile, module: ModuleFile) -> Iterator[Finding]:
    is_used = real(module.root) in {real(folder) for folder in file.use}
    if not is_used:
        evidence = (
            f"{file.path} ({work.source})",
            tr("module {module} in {folder}", module=module.module, folder=module.root),
        )
        why = tr(
            "go refuses: 'current directory is contained in a module that is not one of the workspace "
            "modules', or 'directory prefix . does not contain modules listed in go.work'"
        )
        remedies = (RunByUser(command_text("go", "work", "use", module.root)), RunByUser("GOWORK=off go build ./..."))
        yield _finding(
            "left-out",
            "warning",
            tr("a go.work is in force that leaves out {folder}", folder=module.root),
            evidence,
            why,
            remedies,
        )
    elif _is_beyond_repository(snapshot, file, module):
        evidence = (
            f"{file.path} ({work.source})",
            tr("the repository begins below it, at {folder} or above", folder=module.root),
        )
        why = tr("builds here differ from those of others and of CI, which do not have this go.work")
        yield _finding(
            "outside", "info", tr("{path} from outside the repository is in force", path=file.path), evidence, why
        )
    if (
        is_used
        and snapshot.is_file(module.root / "vendor" / "modules.txt")
        and not snapshot.is_folder(file.root / "vendor")
    ):
        evidence = (f"{file.path} ({work.source})", str(module.root / "vendor" / "modules.txt"))
        why = tr("with a go.work, go takes no notice of a module's own vendor folder")
        yield _finding("vendor", "info", tr("the vendor folder of this module is not used"), evidence, why)


def _is_beyond_repository(snapshot: Snapshot, file: ModuleFile, module: ModuleFile) -> bool:
    below = [folder for folder in (module.root, *module.root.parents) if folder.is_relative_to(file.root)]
    return any(snapshot.is_folder(folder / ".git") for folder in below if folder != file.root)


def _finding(
    word: str,
    severity: Severity,
    summary: str,
    evidence: tuple[str, ...],
    why: str,
    remedies: tuple[RunByUser, ...] = (),
) -> Finding:
    fix = tr("correct go.work, or leave it out with GOWORK=off")
    return Finding(f"{ID}/{word}", severity, summary, evidence, why, fix, remedies)


def check_vendor(snapshot: Snapshot) -> Iterable[Finding]:
    """vendor/modules.txt against go.mod, as each build compares them (cmd/go, internal/modload/vendor.go)."""
    vendored, module = snapshot.vendored, snapshot.module_file
    version = parse_version(module.go) if module else None
    if vendored is None or module is None or snapshot.work or version is None or version < (1, 14, 0):
        return
    if module_mode(snapshot.go_environment.lookup("GOFLAGS").value) == "mod":
        return
    wrong = [
        *(
            tr("{module} {version}: required, not in modules.txt", module=path, version=of)
            for path, of in snapshot.required.items()
            if path not in vendored
        ),
        *(
            tr(
                "{module}: {version} in go.mod, {vendored} in modules.txt",
                module=path,
                version=of,
                vendored=vendored[path],
            )
            for path, of in snapshot.required.items()
            if vendored.get(path, of) != of
        ),
        *(
            tr("{module} {version}: in modules.txt, not required", module=path, version=of)
            for path, of in vendored.items()
            if path not in snapshot.required
        ),
    ]
    if wrong:
        yield Finding(
            id=VENDOR,
            severity="error",
            summary=tr("the vendor folder of {folder} is not what go.mod asks for", folder=module.root),
            evidence=tuple(wrong[:5]),
            why=tr("go refuses each build: 'inconsistent vendoring'"),
            fix=tr("write it again"),
            remedies=(RunByUser("go mod vendor"),),
        )


CHECKS = (
    Check(ID, tr("a go.work that is broken, or leaves out this module"), "go work use; GOWORK=off", check_work),
    Check(VENDOR, tr("a vendor folder that is not what go.mod asks for"), "go mod vendor", check_vendor),
)
