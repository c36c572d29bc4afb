"""Texts about go.work, vendor folders, and what language servers say of folders outside both.

Sources: src/cmd/go/internal/{modload,workcmd,modcmd} of go1.26.8, its script tests work_* and mod_vendor*, run; gopls
0.20 (internal/cache, internal/golang/orphan).
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, says, text

WORK = ("GOWORK",)
OUTSIDE = "A folder above may hold the go.work that decides: see `go env GOWORK`. GOWORK=off leaves it out once."

WORKSPACE = (
    KnownError(
        "work-module-unreadable",
        80,
        (
            says("cannot load module {dir} listed in go.work file: {reason}"),
            says("error reading {file}go.mod: missing module declaration"),
        ),
        "go.work uses [the folder {dir}|a folder], whose go.mod cannot be read[: {reason}|].",
        "The folder was moved, removed or not checked out, or its go.mod asks for another Go. One bad `use` line "
        "stops every "
        "command in the workspace.",
        "go work edit -dropuse=[{dir}|FOLDER], or bring the folder back.",
        checks=("go/work",),
        settings=WORK,
    ),
    KnownError(
        "work-duplicate-module",
        82,
        (
            says("module {module} appears multiple times in workspace"),
            says("path {dir} appears multiple times in workspace"),
            says('already added "{dir}" as "{path}"'),
        ),
        "go.work uses [the module {module} twice: two folders declare that path|{dir} twice: the folder is listed "
        "twice, or once by its path and once through a link].",
        "A copy or a worktree of a module keeps its module path.",
        "Keep one of them: go work edit -dropuse=FOLDER.",
        checks=("go/work",),
        settings=WORK,
        hides=("work-file-broken",),
        reference="golang/go#54048",
    ),
    KnownError(
        "not-in-workspace",
        78,
        (
            says("directory prefix {dir} does not contain modules listed in go.work or their selected dependencies"),
            text("is contained in a module that is not one of the workspace modules listed in go.work"),
            text("current directory outside modules listed in go.work or their selected dependencies"),
            says("directory {dir} outside modules listed in go.work"),
            text(
                "This file is within module",
                r"This file is within module \"(?P<module>[^\"\n]+)\", which is not included",
                False,
            ),
            text("is not included in your workspace"),
        ),
        "A go.work decides here, and it does not use the module of this folder.",
        f"In a workspace ./... means the modules of go.work only. {OUTSIDE}",
        "go work use . in the module's folder; or GOWORK=off where the workspace is not meant.",
        checks=("go/work",),
        settings=WORK,
        hides=("no-active-builds",),
        reference="golang/go#51283",
    ),
    KnownError(
        "workspace-empty",
        74,
        (text("no modules were found in the current workspace"),),
        "The go.work that decides here uses no module.",
        OUTSIDE,
        "go work use ./FOLDER for each module, or GOWORK=off.",
        checks=("go/work",),
        settings=WORK,
    ),
    KnownError(
        "no-go-work",
        60,
        (text("go: no go.work file found"),),
        "The go work command found no go.work for this folder.",
        "It is searched in the folder and above it, unless GOWORK names one or says off.",
        "go work init ./A ./B makes one; `go env GOWORK` names the one in use.",
        checks=("go/work",),
        settings=WORK,
    ),
    KnownError(
        "gowork-invalid",
        80,
        (text("invalid GOWORK: not an absolute path"), text("GOWORK cannot be modified")),
        "GOWORK must be `off` or the whole path of a go.work, and can be set in the environment only.",
        "go refuses a relative one; `go env -w` does not take this setting.",
        "Correct it in the environment, or unset GOWORK.",
        checks=("go/work",),
        settings=WORK,
        hides=("setting-not-writable",),
    ),
    KnownError(
        "mod-flag-in-workspace",
        82,
        (
            text("-mod may only be set to readonly or vendor when in workspace mode"),
            text("-modfile cannot be used in workspace mode"),
        ),
        "-mod=mod (or -modfile) is given, and a go.work decides here; go does not allow both.",
        f"The flag often comes from GOFLAGS, an IDE's go.buildFlags or a script. {OUTSIDE}",
        "Leave the flag out; or GOWORK=off for that command. Of GOFLAGS: {unset}.",
        checks=("go/work", "go/goflags"),
        settings=("GOFLAGS", "GOWORK"),
    ),
    KnownError(
        "work-replace-conflict",
        72,
        (
            says("conflicting replacements for {module}"),
            says("workspace module {module} is replaced at all versions in the go.work file"),
        ),
        "Two modules of the workspace replace {module} by different things, or go.work replaces a module that it "
        "also uses.",
        "In a workspace all replace lines count together.",
        "go work edit -replace {module}=THE_RIGHT_ONE overrides them; or remove the replace line that the workspace "
        "makes "
        "needless.",
        checks=("go/work",),
        settings=WORK,
    ),
    KnownError(
        "work-file-broken",
        76,
        (text("errors parsing go.work"), text("error loading go.work"), says("go.work:{line}: {reason}")),
        "go cannot read go.work[: line {line}: {reason}|].",
        "Each go command in the folders below it stops.",
        "Correct that line, or leave the file out with GOWORK=off.",
        checks=("go/work",),
        settings=WORK,
        hides=("unknown-directive",),
    ),
    KnownError(
        "vendor-inconsistent",
        85,
        (
            text("go: inconsistent vendoring in", r"inconsistent vendoring in (?P<dir>[^\n:]+)", True),
            says("is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt"),
            says("{module}@{version}: is marked as replaced in vendor/modules.txt, but not replaced in the workspace"),
            text("is replaced in go.mod, but not marked as replaced in vendor/modules.txt"),
            text("is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod"),
        ),
        "The vendor folder[ of {dir}|] is not what go.mod (or go.work) asks for: go.mod was changed since `go mod "
        "vendor`.",
        "With a vendor folder and go 1.14 or later in go.mod, go builds from vendor and compares vendor/modules.txt "
        "first. A "
        "merge, or a tool that edits go.mod alone (Dependabot, an IDE), leaves them apart.",
        "go mod vendor (in a workspace: go work vendor), and commit both; -mod=mod for one command without vendor.",
        checks=("go/vendor",),
        settings=("GOFLAGS",),
        hides=("package-not-provided",),
        reference="golang/go#34086",
    ),
    KnownError(
        "not-in-vendor",
        74,
        (
            says("cannot find module providing package {package}: import lookup disabled by -mod=vendor"),
            says('cannot find package "." in:\n{dir}'),
        ),
        "The build takes packages from the vendor folder only, and {package} is not in it or not "
        "listed in its modules.txt.",
        "A vendor folder (or -mod=vendor in GOFLAGS) keeps go from the module cache; only `go mod vendor` writes it.",
        "go mod tidy && go mod vendor; or -mod=mod if vendor is not meant.",
        hides=("lookup-disabled",),
        checks=("go/vendor", "go/goflags"),
        settings=("GOFLAGS",),
    ),
    KnownError(
        "vendor-unlisted",
        75,
        (
            says(
                "ignoring package {package} which exists in the vendor directory but is missing from vendor/modules.txt"
            ),
            says("directory {dir} is not a package listed in vendor/modules.txt"),
        ),
        "[The folder of {package}|{dir}] is in vendor, and vendor/modules.txt does not list it, so go does not take "
        "it.",
        "Only `go mod vendor` writes both; a copy by hand or a merge changes one of them.",
        "go mod tidy && go mod vendor (in a workspace: go work vendor).",
        checks=("go/vendor",),
    ),
    KnownError(
        "vendor-forbids",
        60,
        (
            text("using the vendor directory"),
            says("{module}: cannot query module due to -mod=vendor"),
            text("cannot be used when vendoring is enabled"),
        ),
        "The question needs the module graph or the network, and a vendor folder (or -mod=vendor) keeps go to what "
        "is in it.",
        "IDEs and linters ask such questions (go list -m -u all) too.",
        "Run it with -mod=mod or -mod=readonly, as the text says.",
        checks=("go/vendor", "go/goflags"),
        settings=("GOFLAGS",),
    ),
    KnownError(
        "no-active-builds",
        62,
        (
            says("No active builds contain {file}: consider opening a new workspace folder containing it"),
            says("No packages found for open file {file}"),
            text("gopls was not able to find modules in your workspace"),
            text("gopls requires a module at the root of your workspace"),
            text("You are neither in a module nor in your GOPATH"),
            text("You are outside of a module and outside of $GOPATH/src"),
        ),
        "The language server finds no module that this file belongs to, or none that is built here.",
        "The folder that was opened has no go.mod above or in it, a go.work leaves the module out, build tags "
        "exclude the "
        "file (//go:build, _windows.go), or it lies in testdata or a folder that begins with _ or a dot.",
        "Open the folder with go.mod, or add it: go work use ./FOLDER; for tags set gopls build.buildFlags to "
        '["-tags=TAG"].',
        checks=("go/work", "vscode"),
        settings=WORK,
        reference="golang/go#53880",
    ),
    KnownError(
        "several-modules-no-work",
        60,
        (
            text("gopls requires a go.work"),
            text("requires a go.work file"),
            text("Error loading workspace: You are working with multiple modules"),
            text("You have opened a nested module"),
        ),
        "Several modules are open in one window and no go.work joins them.",
        "gopls then loads one of them.",
        "go work init ./A ./B in the common folder (leave it out of the repository if it is only yours).",
        checks=("go/work",),
        settings=WORK,
    ),
)
