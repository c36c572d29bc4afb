"""Texts about imports, packages, go.mod and go.sum, and about settings that go refuses.

Sources: src/cmd/go/internal/{load,modload,modget,work,envcmd,cfg} of go1.26.8 and its script tests, run.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, says, text

PACKAGES = (
    KnownError(
        "ambiguous-import",
        70,
        (
            says("ambiguous import: found package {package} in multiple modules"),
            says("ambiguous import: found package {package} in multiple directories"),
        ),
        "{package} is in two places at once; go does not choose between them.",
        "Mostly a package that moved out of a module into one of its own, while an old version of the first is still "
        "required: both have it. Or a vendor folder next to a package of the same path.",
        "Raise the older of the modules which the text lists to a version without the package (go get "
        "MODULE@latest), then go "
        "mod tidy.",
        checks=("go",),
        reference="googleapis/google-cloud-go#5265",
    ),
    KnownError(
        "import-cycle",
        52,
        (text("import cycle not allowed"),),
        "Your packages import each other in a circle; the lines of the text are the circle.",
        "Go has no such imports. No cache or install is at fault.",
        "Move what both need into a third package, or put an interface where one of them is used.",
    ),
    KnownError(
        "internal-package",
        52,
        (says("use of internal package {package} not allowed"), text("use of vendored package not allowed")),
        "[{package}|A package] may be imported by its own tree only: the folder that holds `internal` (or vendor) is "
        "the limit.",
        "Mostly a copied import, an IDE's automatic one, or a fork that kept the paths of the original.",
        "Use the public package of that module; in a fork, change the module path in go.mod and all imports, or use "
        "replace.",
    ),
    KnownError(
        "case-collision",
        64,
        (
            says('case-insensitive import collision: "{package}" and "{other}"'),
            says('case-insensitive file name collision: "{file}" and "{other}"'),
        ),
        "Two [packages|files] differ in capital letters only: [{package} and {other}|{file} and {other}|the text "
        "names both].",
        "macOS and Windows cannot keep both apart, so go refuses them everywhere. The classic is "
        "github.com/Sirupsen/logrus, "
        "now sirupsen.",
        "Write one spelling everywhere; `go mod why -m MODULE` names the dependency that still has the other.",
        reference="sirupsen/logrus#570",
    ),
    KnownError(
        "several-packages-in-folder",
        50,
        (says("found packages {package} ({file}) and {other} ("),),
        "One folder holds files of two packages[: {package} and {other}|].",
        "A file was copied in with its package line, or a stray main.go lies next to a library.",
        "Move the file, or correct its package line; //go:build ignore keeps a script out.",
    ),
    KnownError(
        "no-go-files",
        46,
        (
            says("no Go files in {dir}"),
            says("no non-test Go files in {dir}"),
            says("package {package}: no Go files in {dir}"),
        ),
        "There is nothing to build in {dir}: no .go file, only tests, or none for this system.",
        "go build and go run without a path mean the folder they are started in; the main package is often below cmd/.",
        "Name the package: go build ./cmd/NAME, or ./... for all; a COPY or a checkout may also have left files out.",
        settings=("GOOS", "GOARCH"),
    ),
    KnownError(
        "run-names-nothing",
        46,
        (text("no go files listed"),),
        "`go run` was given no package and no .go file.",
        "It takes no folder by itself, other than go build.",
        "go run . for the package of this folder, go run ./cmd/NAME for another; arguments of the program come behind.",
    ),
    KnownError(
        "import-main",
        44,
        (says('import "{package}" is a program, not an importable package'),),
        "{package} is a program (package main); programs cannot be imported.",
        "Its code for others is in another package of that module, if at all.",
        "Import that package; to run the program: go run {package}@latest, or a tool line in go.mod.",
    ),
    KnownError(
        "path-without-dot",
        58,
        (
            says('malformed module path "{module}": missing dot in first path element'),
            says('package {package} is not in std and malformed module path "{module}"'),
        ),
        "{module} is taken for a module to download, and its first element has no dot, so it is no host.",
        "A path of one's own module was misspelt, the `module` line of go.mod is another name, or a folder is "
        "imported in the "
        "style of GOPATH.",
        "Import by the module's name from go.mod and the folder; the module's own name needs no dot as long as it is "
        "the one "
        "of go.mod.",
        reference="golang/go#35273",
    ),
    KnownError(
        "malformed-path",
        48,
        (
            says('malformed import path "{spelled}": {reason}'),
            says('malformed module path "{spelled}": {reason}'),
            says('invalid module path "{spelled}": {reason}'),
            says('malformed file path "{file}": {reason}'),
            says('malformed tool path "{spelled}": {reason}'),
            text("invalid import path:"),
            says('disallowed import path "{spelled}"'),
            says('invalid module path: "{spelled}"'),
        ),
        "[{spelled}|The path] is not spelled as a path may be[: {reason}|].",
        "Allowed are letters, digits and -._~ between slashes; no blanks, no https://, no @ inside, no .git file "
        "names.",
        "Correct the path: github.com/USER/REPO without https:// and without .git.",
        guards=(lambda words: "missing dot" not in words.get("reason", ""),),
    ),
    KnownError(
        "relative-import",
        52,
        (
            says('"{package}" is relative, but relative import paths are not supported in module mode'),
            says('local import "{package}" in non-local package'),
        ),
        "Modules know no relative imports: {package}.",
        "The path of a package is the module's name from go.mod and its folder.",
        "Write MODULE/FOLDER in place of {package}; gopls does it when the import is removed and added again.",
    ),
    KnownError(
        "major-version-path",
        62,
        (
            says("invalid version: should be {wanted}, not {found}"),
            says('version "{version}" invalid: should be {wanted}, not {found}'),
            says("invalid version: module contains a go.mod file, so module path must match major version"),
            text("major version suffixes must be in the form of /vN"),
            says('version "{version}" invalid: should be {wanted}'),
            text("must match major version"),
            text("must always have a major version suffix"),
            text("+incompatible", r"invalid: should be (?P<wanted>v\S+\+incompatible)", False),
        ),
        "The version and the module's path do not fit: from v2 on the path ends in /v2 (gopkg.in: .v2)[; wanted is "
        "{wanted}|].",
        "Each major version is a module of its own; v2 or later without the ending exists only as +incompatible, for "
        "repositories without a go.mod.",
        "go get MODULE/vN@vN.x.y with the same N twice, and the same ending in every import; in your own module "
        "change the "
        "module line too.",
        reference="golang/go#35732",
        hides=("malformed-path",),
    ),
    KnownError(
        "module-declares-other-path",
        76,
        (
            text(
                "module declares its path as:",
                r"module declares its path as: (?P<module>\S+)(?:\s+but was required as: (?P<package>\S+))?",
                False,
            ),
        ),
        "The repository's go.mod names the module {module}, and it was asked for under another name[: {package}|].",
        "A fork keeps the name of the original; a project was renamed or moved; or capital letters differ.",
        "Require it as {module}; for a fork: go mod edit -replace {module}=[{package}|FORK]@VERSION.",
        reference="golang/go#28489",
    ),
    KnownError(
        "module-lacks-package",
        68,
        (
            says("module {module}@{version} found{*}, but does not contain package {package}"),
            says("module {module} provides package {package} and is replaced but not required"),
            text(
                "but does not contain package",
                r"module (?P<module>[^\s@]+)\S* found[^\n]*, but does not contain package (?P<package>[^\s;:]+)",
                False,
            ),
        ),
        "There is no package {package} in {module} at the version that go takes.",
        "It was moved or removed in that version, is younger than it, or the import is misspelt; a package of one's "
        "own is "
        "missing when its folder was not committed or .gitignore hides it.",
        "Look at the folder list of the module on pkg.go.dev; take the version that has it (go get "
        "{module}@VERSION), or "
        "correct the import.",
        checks=("go",),
        hides=("package-not-provided",),
    ),
    KnownError(
        "own-package-missing",
        68,
        (says("main module ({module}) does not contain package {package}"),),
        "Your own module {module} has no package {package}: its folder is not there, or it is a module of its own "
        "(with "
        "a go.mod).",
        "A package of the main module is the folder of that name below its go.mod, with the same capital letters.",
        "Check the import and the folder (.gitignore or a COPY may leave it out); a folder with a go.mod of its own "
        "needs a require line and a replace, or a go.work.",
        settings=("GOWORK",),
    ),
    KnownError(
        "replaced-not-required",
        60,
        (says("provides package {package} and is replaced but not required; to add it"),),
        "go.mod replaces the module of {package} and does not require it.",
        "replace alone adds nothing.",
        "The command that the text names (go get …), or go mod tidy.",
        hides=("module-lacks-package",),
    ),
    KnownError(
        "no-matching-version",
        56,
        (
            says("{module}@{query}: no matching versions for query"),
            says('{module}: no matching versions for query "{query}"'),
            says('module {module}: no matching versions for query "{query}"'),
        ),
        "{module} has no version that fits {query}.",
        "No tag of the form vX.Y.Z yet, all are retracted or excluded, the path lacks its /vN, or the proxy does not "
        "know the "
        "new tag yet.",
        "go list -m -versions {module}; a branch or commit works too: go get {module}@main.",
        checks=("go/goproxy",),
        settings=("GOPROXY", "GOPRIVATE"),
        guards=(lambda words: words.get("module") not in ("go", "toolchain"),),
    ),
    KnownError(
        "version-conflict",
        54,
        (
            says("{module}@{version} requires {other}, not {found}"),
            says("indirectly requires {other}, not {found}"),
            says("{module}@{version}{*} requires {other}@{wanted}, not {found}"),
            text("conflicts with", r"(?P<module>\S+@\S+) conflicts with (?P<other>\S+@\S+)", False),
            says("{module}@{version}: excluded by go.mod"),
        ),
        "What you ask for cannot be had together: another requirement forces a higher version, or go.mod excludes it.",
        "go takes the highest version that anyone requires; a lower one would break the module which asks for more.",
        "Ask for the version that the text names, or lower the module that requires it in the same command: go get "
        "A@v B@v.",
    ),
    KnownError(
        "pseudo-version-wrong",
        58,
        (
            says("invalid pseudo-version: {reason}"),
            says('invalid version: version "{version}" invalid: {reason}'),
            says('-{flag}={*}: version "{version}" invalid: {reason}'),
        ),
        "The version in go.mod or in the command is none[: {reason}|].",
        "A version that was edited by hand, or a commit that the repository no longer has.",
        "Let go write it: go get MODULE@COMMIT or MODULE@vX.Y.Z.",
        guards=(lambda words: "should be" not in words.get("reason", ""),),
    ),
    KnownError(
        "go-sum-malformed",
        74,
        (
            text(
                "malformed go.sum", r"malformed go\.sum:\s+(?P<file>[^\n]*?go\.sum):(?P<line>\d+): (?P<reason>[^\n]+)"
            ),
            text("<<<<<<<", r"(?P<file>go\.(?:mod|sum)):(?P<line>\d+):[^\n]*<<<<<<<", False),
        ),
        "go.sum (or go.mod) is not readable[: line {line}: {reason}|]: mostly the marks of a merge that was not "
        "finished.",
        "Each line is module, version and sum.",
        "Remove the marks (<<<<<<<, =======, >>>>>>>) and keep the lines of both sides, then go mod tidy.",
    ),
    KnownError(
        "go-mod-unreadable",
        72,
        (
            text(
                "errors parsing go.mod",
                r"errors parsing (?P<file>[^\n:]*go\.mod):\s+(?P<place>[^\n:]+go\.mod):(?P<line>\d+):(?:\d+:)? "
                r"(?P<reason>[^\n]+)",
            ),
            says("{file}go.mod:{line}: usage: {reason}"),
        ),
        "go cannot read [line {line} of {file}: {reason}|go.mod].",
        "Each go command and the language server stop at it.",
        "Correct that line; `go mod edit -fmt` shows whether it is right then.",
        guards=(
            lambda words: (
                "unknown directive" not in words.get("reason", "") and "unknown block" not in words.get("reason", "")
            ),
        ),
    ),
    KnownError(
        "go-sum-outdated",
        42,
        (
            text("updates to go.sum needed"),
            says("missing go.sum entry for module providing package {package}"),
            says("{module}@{version}: missing go.sum entry for go.mod file"),
        ),
        "go.sum lacks the sum of a module that the build needs[: {module}|]. No cache is at fault.",
        "Builds do not write go.sum (-mod=readonly since Go 1.16); a merge or an edit of go.mod left it behind, or a "
        "Dockerfile "
        "copied go.mod without go.sum.",
        "go mod tidy, and commit go.sum; in a Dockerfile: COPY go.mod go.sum ./",
        hides=("go-mod-read-only",),
    ),
    KnownError(
        "lookup-disabled",
        50,
        (
            says("cannot find module providing package {package}: import lookup disabled by -mod=readonly"),
            says("imports {package} from implicitly required module"),
        ),
        "No module in go.mod has {package}, and this command may not add one.",
        "Misspelt, not yet required, or a folder of your own that is not there.",
        "go get {package}, or go mod tidy; for your own package check the folder and the module's name.",
    ),
    KnownError(
        "modules-off",
        70,
        (
            text("modules disabled by GO111MODULE=off"),
            text("can only use path@version syntax with 'go get' and 'go install' in module-aware mode"),
            text("can only be used in module-aware mode"),
        ),
        "GO111MODULE turns modules off, so go works in the old GOPATH mode.",
        "The setting is from before Go 1.16 and is in many old guides.",
        "{unset}; modules are the default.",
        checks=("go/go111module",),
        settings=("GO111MODULE",),
    ),
    KnownError(
        "no-module-provides",
        50,
        (
            text(
                "cannot find module providing package",
                r"cannot find module providing package (?P<package>[^\s:;]+)(?!\S|:[^\n]*import lookup disabled)",
                False,
            ),
        ),
        "go finds no module that has {package}.",
        "It looked at the modules of go.mod, then asked for one by each beginning of the path. Misspelt, private, "
        "gone, "
        "or a package of your own whose folder is not there.",
        "Check the path on pkg.go.dev; a private host needs GOPRIVATE; for your own package check the folder and the "
        "module's name.",
        settings=("GOPROXY", "GOPRIVATE"),
    ),
    KnownError(
        "go111module-unknown",
        70,
        (
            says('invalid GO111MODULE value "{value}"'),
            says("unknown environment setting GO111MODULE={value}"),
        ),
        "{value} is no value of GO111MODULE, so go refuses it.",
        "It takes on, off and auto; without it modules are on.",
        "{unset}.",
        checks=("go/go111module",),
        settings=("GO111MODULE",),
    ),
    KnownError(
        "gopath-mode",
        68,
        (
            text("in any of:", r'cannot find package "(?P<package>[^"\n]+)" in any of:', False),
            says('cannot find package "{package}" in:'),
            says("go: warning: ignoring go.mod in $GOPATH {dir}"),
        ),
        "go searched [{package} |]in GOROOT and GOPATH, the way from before modules: modules are off, or the Go is "
        "very old.",
        "With modules the text is another one (`no required module provides package`).",
        "go version (1.16 or later) and `go env GO111MODULE` (empty or on): {unset}.",
        checks=("go/go111module", "go/gopath"),
        settings=("GO111MODULE", "GOPATH"),
    ),
    KnownError(
        "module-path-unknown",
        52,
        (text("cannot determine module path for source directory"),),
        "go mod init needs the name of the module here.",
        "It guesses the name from the folder only inside GOPATH/src.",
        "go mod init example.com/NAME",
    ),
    KnownError(
        "install-outside-module",
        56,
        (
            text("installing executables with 'go get' in module mode is deprecated"),
            text("'go get' is no longer supported outside a module"),
            text(
                "go.mod file not found in current directory or any parent directory",
                r"'go get' is no longer supported outside a module",
                False,
            ),
        ),
        "Since Go 1.17 programs are installed with `go install`; `go get` only changes go.mod.",
        "Old guides say go get.",
        "go install PACKAGE@latest",
        hides=("no-module",),
    ),
    KnownError(
        "version-query-missing",
        48,
        (text("go: 'go install' requires a version when current directory is not in a module"),),
        "Outside a module `go install` needs a version.",
        "There is no go.mod that could say which.",
        "Add @latest (or @vX.Y.Z) to the package.",
    ),
    KnownError(
        "install-with-replace",
        60,
        (text("The go.mod file for the module providing named packages contains one or"),),
        "This program cannot be installed with @version: its go.mod has replace (or exclude) lines.",
        "go install PROGRAM@version ignores no such line, it refuses (golang/go#44840).",
        "git clone it and run go install . in its folder, or take its published build.",
        reference="golang/go#44840",
    ),
    KnownError(
        "embed-nothing",
        50,
        (
            says("pattern {pattern}: no matching files found"),
            says("pattern {pattern}: cannot embed {reason}"),
            says("pattern {pattern}: invalid pattern syntax"),
        ),
        "//go:embed {pattern} finds nothing that may be embedded.",
        "Mostly the files are made by another build (npm run build, swag, protoc) that has not run, or .gitignore, "
        ".dockerignore or a COPY left them out. Paths are relative to the .go file, without .. and without links.",
        "Run that build first, or commit a placeholder file; files that begin with . or _ need all:{pattern}.",
    ),
    KnownError(
        "index-verify-failed",
        84,
        (text("internal cache error: cache verify failed"), text("go: internal cache error")),
        "An entry of the build cache (go's index of a package) is not what it was made from.",
        "The cache was copied, restored by CI, or written by a disk that was full; or a file changed while its time "
        "and size "
        "stayed.",
        "idecare clean gocache, then the same command again.",
        checks=("caches",),
        reference="golang/go#69179",
    ),
    KnownError(
        "goos-goarch-unknown",
        66,
        (
            says("unsupported GOOS/GOARCH pair {value}"),
            says("invalid GO{name}: must be {wanted}"),
            says("unsupported GOOS/GOARCH {value}"),
        ),
        "GOOS and GOARCH (or a GOARM, GOAMD64, …) name no machine that go builds for[: {value}|].",
        "Names are Go's own: darwin, not macos; amd64, not x86_64; arm64, not aarch64. Docker's TARGETARCH fits, "
        "uname -m does "
        "not.",
        "go tool dist list shows all. {unset}.",
        checks=("go",),
        settings=("GOOS", "GOARCH"),
    ),
    KnownError(
        "goflags-wrong",
        68,
        (
            says("parsing $GOFLAGS: {reason}"),
            text("(from $GOFLAGS)"),
        ),
        "GOFLAGS holds something that is no flag of go[: {reason}|], so each command stops.",
        "It takes -flag=value words with blanks between, no values with blanks unless in quotes, and only flags of "
        "go commands.",
        "Correct it, or {unset}.",
        checks=("go/goflags",),
        settings=("GOFLAGS",),
    ),
    KnownError(
        "relative-go-folder",
        66,
        (
            says("{name} must be an absolute path"),
            says("{name} entry is relative; must be absolute path"),
            text("cannot install, GOBIN must be an absolute path"),
        ),
        "[{name}|A folder of go's] is set to a path that is not absolute (or begins with ~), and go refuses it.",
        "go expands no ~; the env file and most IDE settings are read by no shell.",
        "Write the whole path.",
        checks=("go/cache-places", "go/gopath"),
        settings=("GOMODCACHE", "GOBIN", "GOTMPDIR", "GOCACHE", "GOPATH", "CC", "CXX"),
        guards=(lambda words: words.get("name") != "GOPATH",),
    ),
    KnownError(
        "setting-not-writable",
        44,
        (
            text("can only be set using the OS environment"),
            says("go: {name} cannot be modified"),
            says("unknown go command variable {name}"),
        ),
        "`go env -w` does not take this setting[: {name}|].",
        "Some are the go command's own, some (GOENV, GODEBUG, GOWORK) are read from the environment alone.",
        "Set it in the environment, if it is one of those: export NAME=VALUE.",
        checks=("go/env-file",),
    ),
    KnownError(
        "unknown-experiment",
        64,
        (says("unknown GOEXPERIMENT {value}"),),
        "GOEXPERIMENT names {value}, which this Go does not know.",
        "Experiments come and go with a release (jsonv2, synctest, greenteagc …).",
        "{unset}, or use the release that has it.",
        settings=("GOEXPERIMENT",),
        checks=("go/env-file",),
    ),
    KnownError(
        "modcache-missing",
        72,
        (
            text("module cache not found: neither GOMODCACHE nor GOPATH is set"),
            says('could not create module cache: "{dir}" is not a directory'),
            says("could not create module cache: {reason}"),
        ),
        "go has no place for its module cache[: {reason}|].",
        "It is GOMODCACHE, else pkg/mod of GOPATH, else of $HOME/go; a service or container without HOME has none of "
        "them.",
        "Set HOME, or GOMODCACHE to a folder that this user may write.",
        checks=("go/cache-places",),
        settings=("GOMODCACHE", "GOPATH"),
    ),
    KnownError(
        "output-name-taken",
        44,
        (
            says('build output "{file}" already exists and is a directory'),
            says('build output "{file}" already exists and is not an object file'),
            text("with multiple packages, -o must refer to a directory"),
        ),
        "go would write the program to [{file}|one file], which is [a folder or a file that it did not make|for "
        "several "
        "programs].",
        "Without -o the program is named after its folder.",
        "go build -o bin/ ./...",
    ),
    KnownError(
        "no-install-place",
        50,
        (
            says("no install location for {*}: hidden by {dir}"),
            text("no install location for"),
        ),
        "go install does not know where to put it: [the same package in {dir} comes first in GOPATH|a single file, "
        "or a folder "
        "outside GOPATH without GOBIN].",
        "This is the way of GOPATH; in a module the folder is GOBIN or GOPATH/bin.",
        "Run it in the module; or set GOBIN.",
        settings=("GOBIN", "GOPATH"),
        checks=("go/gopath",),
    ),
    KnownError(
        "race-unsupported",
        56,
        (
            text("-race requires cgo"),
            text("-msan requires cgo"),
            says("-race is not supported on {platform}"),
            says("-buildmode={mode} not supported on {platform}"),
            says("-buildmode={mode} is not supported when -race is enabled"),
            says("-buildmode={mode} not supported when"),
        ),
        "This kind of build does not exist here: [{platform} has no such mode|the race detector needs cgo and a C "
        "compiler].",
        "cgo is off where CGO_ENABLED=0 is set, no C compiler is found, or another GOOS or GOARCH is built for.",
        "CGO_ENABLED=1 and a C compiler (apk add gcc musl-dev); or leave -race out here.",
        checks=("cgo/compiler", "cgo/off"),
        settings=("CGO_ENABLED", "CC"),
    ),
    KnownError(
        "external-linking-needs-cgo",
        58,
        (
            says("{platform} requires external (cgo) linking, but cgo is not enabled"),
            text("requires external linking"),
        ),
        "Programs for [{platform}|this target] are linked by a C compiler, and cgo is off.",
        "Android, iOS and some build modes have no internal linking.",
        "CGO_ENABLED=1 and CC of the target's SDK (NDK's clang).",
        checks=("cgo/off", "cgo/compiler"),
        settings=("CGO_ENABLED", "CC", "GOOS", "GOARCH"),
    ),
    KnownError(
        "missing-in-folder",
        45,
        (
            says("directory {dir} outside main module or its selected dependencies"),
            text("current directory outside main module or its selected dependencies"),
            says("{dir} ({path}) is not within module rooted at {root}"),
            says("is not within module rooted at {root}"),
            says("is not a package in module rooted at {root}"),
            text("go: no package to get in current directory"),
            says("go: {package}: no package to get in current directory"),
            says("directory {dir} does not exist"),
            says("stat {dir}: directory not found"),
            says("go: chdir {dir}: no such file or directory"),
            says("go: {dir} is not a directory"),
        ),
        "The folder that the command names[, {dir},|] is not part of this module, or is not there.",
        "go means packages of the module that the working folder lies in; IDE tasks and CI steps start in another "
        "folder than "
        "one thinks.",
        "`pwd` and `go env GOMOD` in that place; name the package by ./FOLDER, or change into its module (go -C "
        "FOLDER …).",
        settings=("GOWORK",),
    ),
    KnownError(
        "not-a-main-package",
        42,
        (
            says("package {package} is not a main package"),
            says("-buildmode={mode} requires exactly one main package"),
            text("go: no main packages to build"),
            text("matched only non-main packages"),
        ),
        "There is no program in [{package}|what was named]: its package line does not say main.",
        "A library is built, but not run or installed.",
        "Name the folder with package main (often ./cmd/NAME).",
        hides=("delve-not-main",),
    ),
    KnownError(
        "vendor-path-imported",
        48,
        (says("{package} must be imported as {other}"),),
        "The import names a vendor folder: {package}. What lies there is imported as {other}.",
        "go finds a vendor folder by itself; mostly an IDE's automatic import wrote the whole path.",
        'Write "{other}" in the import.',
        hides=("package-not-in-std",),
    ),
    KnownError(
        "import-comment",
        40,
        (
            says('code in directory {dir} expects import "{package}"'),
            says('non-canonical import path "{package}": should be "{other}"'),
            text("cannot parse import comment"),
            text("found import comments"),
        ),
        "The package says itself by which path it is to be imported[: {package}|], and it is imported by another.",
        'An import comment (`package x // import "…"`) holds it to one path.',
        "Import it by that path.",
    ),
    KnownError(
        "all-retracted",
        30,
        (text("retracted by module author"),),
        "Only a warning: the author took this version back.",
        "The build goes on with it.",
        "go get MODULE@latest",
    ),
)
