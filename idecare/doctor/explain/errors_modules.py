"""Texts about damage in the module cache, and about go.mod and go.sum.

Sources: run with go1.27.3 (every kind of damage made for real), src/cmd/go/internal/modfetch, modload and modcmd.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, text
from idecare.doctor.explain.inspect_go import writes_go_mod
from idecare.doctor.explain.inspect_modules import archive, module_state

MODULE = r"(?P<module>[\w.!~/-]+)(?:@| )(?P<version>v[\w.+!-]+?)"
# Against go.sum: `verifying M@V/go.mod: checksum ...`; against the database: `M@V: verifying go.mod: checksum ...`.
MISMATCH = rf"{MODULE}(?P<go_mod>/go\.mod)?: (?:verifying (?:module|go\.mod): )?checksum mismatch"
# What was compared, below the first line: go.sum's sum, or that of the checksum database by its name.
COMPARED = r"\s+downloaded: (?P<downloaded>h1:\S+)\s+(?P<source>[\w./:-]+): +(?P<wanted>h1:\S+)"
OF_DATABASE = r"\s+(?:This download does NOT match (?:the )?one reported|go\.sum database server misbehavior)"

MODULES = (
    KnownError(
        id="checksum-mismatch",
        weight=100,
        texts=(
            text(
                "checksum mismatch",
                rf"{MISMATCH}(?:{COMPARED})?",
            ),
            text("SECURITY ERROR", rf"SECURITY ERROR(?!{OF_DATABASE})", alone=False),
        ),
        meaning="What lies in the module cache as [{module} {version}|this module] is not what "
        "[{source}|go.sum (or the checksum database)] says it is. In "
        "a cache that "
        "is far "
        "more often damage on this disk than an attack; the sums show which of the two.",
        why="go compares a hash of each module with go.sum, or with the public log sum.golang.org.",
        fix="See which of zip, tree and go.sum differs: [idecare repair {module}@{version}|idecare repair in your "
        "module]. Never edit go.sum "
        "only to "
        "make this go away.",
        checks=("caches",),
        inspections=(module_state,),
        guards=(lambda words: words.get("source", ".sum").endswith(".sum"),),
    ),
    KnownError(
        id="other-than-database",
        weight=100,
        texts=(
            text(
                "checksum mismatch",
                rf"{MISMATCH}{COMPARED}",
                alone=False,
            ),
        ),
        meaning="What was downloaded as {module} {version} is not what the checksum database ({source}) has recorded "
        "of "
        "it.",
        why="The database keeps what it saw first. The tag was moved after that, the proxy or mirror in GOPROXY hands "
        "out something else, or your copy is damaged.",
        fix="Compare with the default GOPROXY and an empty GOMODCACHE. If the tag was moved, take another "
        "version and let the owner know; do not turn the database off for it.",
        checks=("caches", "go/sumdb", "go/goproxy"),
        inspections=(module_state,),
        settings=("GOPROXY", "GOSUMDB"),
        guards=(lambda words: not words["source"].endswith(".sum"),),
    ),
    KnownError(
        id="bad-zip",
        weight=92,
        texts=(
            text("zip: not a valid zip file", r"(?:unzip )?(?P<file>/[^\n:]+\.zip): zip: not a valid zip file"),
            text("zip: not a valid zip file", rf"{MODULE}: zip: not a valid zip file", alone=False),
            text("zip: checksum error"),
        ),
        meaning="A module's zip in the module cache is cut short or damaged: a download was cut off by a full "
        "disk, a crash or a copy of the cache.",
        why="go trusts a zip that is there and does not download it again, so the error stays, online too. Removing "
        "extracted folders does not help.",
        fix="`idecare repair` in your module repairs just what its build uses (it needs the network for this one).",
        checks=("caches",),
        inspections=(archive, module_state),
    ),
    KnownError(
        id="module-modified",
        weight=70,
        texts=(
            text("dir has been modified", rf"{MODULE}: dir has been modified \((?P<dir>[^)\n]+)\)"),
            text("zip has been modified", rf"{MODULE}: zip has been modified"),
        ),
        meaning="Something in the extracted folder of [{module} {version}|the module] was changed, added or removed "
        "after go made "
        "it.",
        why="Builds do not check; only `go mod verify` does. One added file (Finder's .DS_Store) is enough; a "
        "half-extracted "
        "tree after `go clean -modcache` or rm during a build looks the same, and is used as if it were whole.",
        fix="[idecare repair {module}@{version}|idecare repair in your module]: offline, from the zip, as long as "
        "that is whole.",
        checks=("caches",),
        inspections=(module_state,),
    ),
    KnownError(
        id="missing-ziphash",
        weight=60,
        texts=(
            text("missing ziphash", rf"{MODULE}: missing ziphash"),
            text("unexpected ziphash", r"unexpected ziphash"),
        ),
        meaning="The note with a zip's hash (.ziphash) is missing or damaged in the module cache.",
        why="go writes it from the zip and makes it again by itself when it is absent, but not when it is wrong.",
        fix="`idecare repair` in your module (offline).",
        checks=("caches",),
        inspections=(module_state,),
    ),
    KnownError(
        id="go-mod-changed",
        weight=65,
        texts=(
            text("existing contents have changed since last read"),
            text("updates to go.mod needed, but contents have changed"),
        ),
        meaning="Another program wrote go.mod while this command was at work: an editor's save, an IDE's tidy, a "
        "second go "
        "command. Nothing is damaged; go refuses to overwrite the other's change.",
        why="go never merges go.mod. Once is chance, and running it again cures it; again and again means that "
        "something "
        "rewrites go.mod: GOFLAGS=-mod=mod, two different Go versions, save on format in an IDE.",
        fix="Run `go mod tidy` again. If it comes back: look for -mod=mod (`go env GOFLAGS`, go.toolsEnvVars, gopls "
        "build.env) and let both IDEs use one Go.",
        checks=("go", "vscode"),
        inspections=(writes_go_mod,),
    ),
    KnownError(
        id="go-mod-read-only",
        weight=40,
        texts=(text("updates to go.mod needed", r"updates to go\.mod needed(?!, but)", alone=False),),
        meaning="go.mod or go.sum is simply not tidy: it lacks what the code needs. No cache is at fault.",
        why="Since Go 1.16 builds do not write these files (-mod=readonly).",
        fix="go mod tidy",
        checks=("go",),
    ),
    KnownError(
        id="module-file-missing",
        weight=62,
        texts=(
            text(
                ": no such file or directory",
                r"open (?P<path>(?:[^\s:]*/mod/|[^\s:]*?)(?P<module>[\w-]+(?:\.[\w-]+)+(?:/[\w.!~-]+)*)@"
                r"(?P<version>v\d[\w.+-]*)/[^\s:]+\.(?:go|[sScmh]|cc|cpp|cxx|hpp|syso)): no such file or directory",
                alone=False,
            ),
        ),
        meaning="A file of an extracted module is gone from the module cache: {path}.",
        why="go takes a folder that is there for whole. Cleaners that remove old files, an interrupted rm, or a cache "
        "that was restored in part leave that.",
        fix="`idecare repair` in your module; or remove that one folder of the module cache, and go extracts it from "
        "its "
        "zip.",
        checks=("caches",),
        inspections=(module_state,),
    ),
    KnownError(
        id="package-not-provided",
        weight=45,
        texts=(
            text("no required module provides package", r"no required module provides package (?P<package>[^\s;:]+)"),
        ),
        meaning="No module of go.mod has {package}: mostly it is not required yet. If it is required, its folder in "
        "the "
        "module cache lacks files, or go's index of it in GOCACHE is stale.",
        why="go keeps an index of each module under a key without content; one made of a broken tree outlives the "
        "repair.",
        fix="go get {package}; if go.mod already requires its module: idecare repair in your module, which drops "
        "such an "
        "index entry too.",
        checks=("caches", "go"),
    ),
    KnownError(
        id="offline",
        weight=55,
        texts=(text("module lookup disabled by GOPROXY=off"),),
        meaning="Something must be downloaded, and GOPROXY=off forbids it.",
        why="The module cache lacks a file that this build needs, perhaps since `rm -rf pkg/mod/cache`.",
        fix="{unset}, or restore what was cleaned: idecare undo.",
        checks=("go", "caches"),
        settings=("GOPROXY", "GOFLAGS"),
    ),
    KnownError(
        id="half-removed",
        weight=68,
        texts=(
            text(".partial: no such file or directory"),
            text("tmp: no such file or directory", r"\.zip\d+\.tmp: no such file or directory", alone=False),
        ),
        meaning="The module cache was removed or moved away while this command downloaded or extracted modules.",
        why="`go clean -modcache` and rm take no lock. What was extracted to that moment stays half, and go later "
        "takes it "
        "for whole.",
        fix="Run the command again, then `idecare repair`: it finds trees which go trusts and which are not whole.",
        checks=("caches",),
    ),
    KnownError(
        id="vcs-lock",
        weight=60,
        texts=(
            text(
                "File exists", r"Unable to create '(?P<file>[^'\n]*cache/vcs/[^'\n]+\.lock)': File exists", alone=False
            ),
        ),
        meaning="A git that go once started was killed and left its lock: {file}.",
        why="git itself cannot distinguish a stale lock from one in use.",
        fix="`idecare repair` removes it when no go command holds that repository.",
        checks=("caches",),
    ),
    KnownError(
        id="git-lock",
        weight=40,
        texts=(text("Another git process seems to be running in this repository"),),
        meaning="A git finds the lock file of another git, which is at work or was killed.",
        why="The line above names the file. git itself cannot distinguish a stale lock from one in use.",
        fix="Below cache/vcs of the module cache: `idecare repair`. In a working copy: remove the file once no git "
        "runs "
        "there.",
        checks=("caches/repositories",),
        is_general=True,
    ),
    KnownError(
        id="vcs-damaged",
        weight=60,
        texts=(
            text("not a git repository", r"not a git repository: '(?P<dir>[^'\n]*cache/vcs/[^'\n]+)'", alone=False),
            text("is corrupt", r"stored in (?P<dir>[^\s:]*cache/vcs/[0-9a-f]+)\S*\) is corrupt", alone=False),
            text(
                "git remote add origin",
                r"git remote add origin [^\n]* in (?P<dir>[^\s:]*cache/vcs/[0-9a-f]+): exit status 3:\s+error: remote "
                r"origin already exists",
                alone=False,
            ),
        ),
        meaning="go's copy of a repository in the module cache is damaged: {dir}.",
        why="It is only a copy: the next fetch makes it again.",
        fix="idecare repair, or remove that one folder while no go command runs.",
        checks=("caches",),
    ),
)
