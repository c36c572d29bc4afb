"""Where go keeps its caches: unusual places, file systems without locks, and owners that keep the user out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from idecare.core.commands import command_text, shell_word
from idecare.core.language import tr
from idecare.core.locations import CacheLocation
from idecare.doctor.base import Check, Finding, RunByUser, Severity
from idecare.doctor.snapshot import Snapshot
from idecare.golang.environment import BUILD_CACHE, MODULE_CACHE, Folder
from idecare.system.files import real
from idecare.system.mounts import filesystem_type

PLACES, FILE_SYSTEMS, OWNERS = "go/cache-places", "go/file-systems", "go/owners"
# Folders that a program copies to other machines while they change.
SYNCED = {"Dropbox", "OneDrive", "Google Drive", "Mobile Documents", "iCloud Drive", "Nextcloud", "Syncthing"}
# Where flock is missing, refused or kept on one machine only: golang/go#37461, #49894, #48572, #36447.
WITHOUT_LOCKS = set("nfs nfs4 cifs smb3 smbfs afpfs webdav 9p drvfs vboxsf prl_fs fuse.sshfs fuse.vmhgfs-fuse".split())
TEMP = "go/temp-folder"
MOST_SHOWN = 5


def _own_caches(snapshot: Snapshot) -> tuple[CacheLocation, ...]:
    return tuple(place for place in snapshot.go_caches if place.role in (BUILD_CACHE, MODULE_CACHE))


def check_places(snapshot: Snapshot) -> Iterable[Finding]:
    for place in _own_caches(snapshot):
        severity, reason = _oddity(snapshot, place)
        if reason:
            yield Finding(
                id=PLACES,
                severity=severity,
                summary=tr("the {cache} is at an unfit place: {path}", cache=place.name, path=place.path),
                evidence=(tr("set by: {source}", source=place.source), reason),
                why=tr("go refuses to build")
                if severity == "error"
                else tr("builds are slow there, or mix with other files"),
                fix=_fix(snapshot, place),
            )
    caches = {place.role: real(place.path) for place in _own_caches(snapshot) if not place.problem}
    if len(caches) == 2 and len(set(caches.values())) == 1:
        yield Finding(
            id=f"{PLACES}/same",
            severity="warning",
            summary=tr("build cache and module cache are one folder"),
            evidence=(str(caches[BUILD_CACHE]),),
            why=tr("`go clean -modcache` then removes both, and no cleaner can distinguish them"),
            fix=tr("unset GOCACHE or GOMODCACHE"),
        )


def _fix(snapshot: Snapshot, place: CacheLocation) -> str:
    if not place.problem and snapshot.no_folder(place.path):
        return tr("make a folder of it, or a link to one")
    return tr("unset the variable: the default place is right")


def _oddity(snapshot: Snapshot, place: CacheLocation) -> tuple[Severity, str]:
    """The reason is empty where nothing is unusual."""
    path = place.path
    if place.problem:
        return "error", place.problem
    if reason := snapshot.no_folder(path):
        return "error", reason
    home = snapshot.host.home
    if home and (path == home or path in home.parents):
        return "warning", tr("it is a home folder, or one above it")
    if synced := next((part for part in path.parts if part.split(" - ")[0] in SYNCED), None):
        return "warning", tr("{program} copies it to other machines while builds change it", program=synced)
    root = snapshot.module_file.root if snapshot.module_file else None
    if root and path.is_relative_to(root) and not (home and root == home):
        return "info", tr("it lies inside the module {folder}: editors and file watchers walk through it", folder=root)
    return "info", ""


def check_file_systems(snapshot: Snapshot) -> Iterable[Finding]:
    """flock is what keeps go commands apart."""
    places = [(place.name, place.path) for place in _own_caches(snapshot) if not place.problem]
    if snapshot.module_file:
        places.append((tr("module"), snapshot.module_file.root))
    for name, path in places:
        kind = filesystem_type(real(path), snapshot.mounts)
        if kind in WITHOUT_LOCKS:
            yield Finding(
                id=FILE_SYSTEMS,
                severity="warning",
                summary=tr("the {cache} is on a file system whose locks may not work ({kind})", cache=name, kind=kind),
                evidence=(str(path),),
                why=tr(
                    "go keeps its commands apart with flock; without it: 'no locks available', 'RLock ...: function "
                    "not implemented', or files that two of them wrote at once"
                ),
                fix=tr("keep it on a disk of this machine: go env -w GOCACHE=... GOMODCACHE=..."),
            )


def check_owners(snapshot: Snapshot) -> Iterable[Finding]:
    """Folders of another user, and such as this user may not change: what a go run with sudo leaves."""
    user = snapshot.host.user_id
    if user == 0:
        yield from _root_in_foreign_home(snapshot)
    elif user is not None:
        unreadable = [folder for folder in snapshot.cache_folders if not folder.is_open_to(user)]
        for cache in dict.fromkeys(folder.cache for folder in unreadable):
            yield _owner_finding(cache, [folder for folder in unreadable if folder.cache == cache])


def _root_in_foreign_home(snapshot: Snapshot) -> Iterator[Finding]:
    home, owner = snapshot.host.home, snapshot.home_owner
    if home and owner:
        yield Finding(
            id=f"{OWNERS}/root",
            severity="warning",
            summary=tr(
                "this shell is root's, and HOME is {home}, which belongs to user id {owner}", home=home, owner=owner
            ),
            evidence=(tr("sudo keeps HOME on some systems"),),
            why=tr("each go command leaves files of root in that user's caches, and shuts the user out"),
            fix=tr("do not run go with sudo; if it must be: sudo -H"),
        )


def _owner_finding(cache: CacheLocation, unreadable: Sequence[Folder]) -> Finding:
    root = unreadable[0].path if cache.path.is_relative_to(unreadable[0].path) else cache.path
    more = (tr("and {count} more", count=len(unreadable) - MOST_SHOWN),) if len(unreadable) > MOST_SHOWN else ()
    lines = (
        tr("{path}: owner {owner}, mode {mode}", path=folder.path, owner=folder.owner, mode=f"{folder.mode:04o}")
        for folder in unreadable[:MOST_SHOWN]
    )
    return Finding(
        id=OWNERS,
        severity="error",
        summary=tr("this user may not write in the {cache}", cache=cache.name),
        evidence=(*lines, *more),
        why=tr(
            "builds and downloads end with 'open ...: permission denied'; a go run with sudo leaves such folders behind"
        ),
        fix=tr("give them back to yourself; and run go without sudo"),
        remedies=(
            RunByUser(f'sudo chown -R "$(id -u)" {shell_word(root)}'),
            RunByUser(command_text("chmod", "u+rwx", root)),
        ),
    )


def check_temp_folder(snapshot: Snapshot) -> Iterable[Finding]:
    """GOTMPDIR, else the temp folder: go makes work folders there and starts programs from it."""
    folder, flags = snapshot.temp_folder
    found = snapshot.go_environment.lookup("GOTMPDIR")
    named = f"GOTMPDIR={found.value} ({found.source})" if found.value else tr("the temp folder {folder}", folder=folder)
    if found.value and not snapshot.is_folder(folder):
        why = tr("go refuses each build: 'creating work dir: ...: no such file or directory'")
        yield Finding(TEMP, "error", tr("GOTMPDIR is no folder"), (named,), why, tr("make it, or unset GOTMPDIR"))
    elif flags:
        why = tr(
            "go run, go test and go generate start programs there: 'fork/exec /tmp/go-build...: permission denied'"
        )
        fix = tr("set GOTMPDIR to a folder of your home")
        evidence = (named, tr("mounted {flags}", flags=", ".join(flags)))
        yield Finding(TEMP, "error", tr("nothing can be started from {folder}", folder=folder), evidence, why, fix)


CHECKS = (
    Check(
        TEMP, tr("a temp folder in which go cannot build or start anything"), "GOTMPDIR=$HOME/tmp", check_temp_folder
    ),
    Check(
        PLACES,
        tr("GOCACHE or GOMODCACHE is relative, off, no folder, or at a place that does harm"),
        tr("unset the variable"),
        check_places,
    ),
    Check(
        FILE_SYSTEMS,
        tr("caches or module lie on a file system whose locks may not work"),
        tr("keep them on a disk of this machine"),
        check_file_systems,
    ),
    Check(
        OWNERS,
        tr("folders of the caches in which this user may not write, as after sudo go"),
        tr('sudo chown -R "$(id -u)" the cache'),
        check_owners,
    ),
)
