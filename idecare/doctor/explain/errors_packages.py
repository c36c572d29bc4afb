"""Texts about packages and how they are imported.

Sources: src/cmd/go/internal/{load,modload,work} of go1.26.8 and its script tests, run.
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
        "[The packages {package} and {other}|The files {file} and {other}|Two packages or files] differ in capital "
        "letters only.",
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
            text("no package to get in current directory"),
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
        "missing-in-folder",
        45,
        (
            says("directory {dir} outside main module or its selected dependencies"),
            text("current directory outside main module or its selected dependencies"),
            says("{dir} ({path}) is not within module rooted at {root}"),
            says("is not within module rooted at {root}"),
            says("is not a package in module rooted at {root}"),
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
        ),
        "The package says itself by which path it is to be imported[: {package}|], and it is imported by another.",
        'An import comment (`package x // import "…"`) holds it to one path.',
        "Import it by that path.",
    ),
    KnownError(
        "import-comment-wrong",
        40,
        (
            text("cannot parse import comment"),
            text(
                "found import comments",
                r'found import comments "(?P<package>[^"\n]+)" \(\S+\) and "(?P<other>[^"\n]+)" \(\S+\) in',
                False,
            ),
        ),
        "The import comments of the package [name two paths: {package} and {other}|are not well-formed].",
        'An import comment stands behind the package line: package x // import "example.com/x". Modules need none.',
        "Remove them, or write the same one in all files.",
    ),
    KnownError(
        "embed-nothing",
        50,
        (
            says("pattern {pattern}: no matching files found"),
            says("pattern {pattern}: cannot embed {reason}"),
            says("pattern {pattern}: {problem} pattern syntax"),
        ),
        "//go:embed {pattern} [is {problem}: a pattern has no .., no / at its begin or end, and forward slashes "
        "only|finds "
        "nothing that may be embedded].",
        "Mostly the files are made by another build (npm run build, swag, protoc) that has not run, or .gitignore, "
        ".dockerignore or a COPY left them out. Paths are relative to the .go file, without .. and without links.",
        "Run that build first, or commit a placeholder file; files that begin with . or _ need all:{pattern}.",
    ),
    KnownError(
        "output-name-taken",
        44,
        (
            says('build output "{file}" already exists and is a directory'),
            says('build output "{file}" already exists and is not an object file'),
            text("with multiple packages, -o must refer to a directory"),
        ),
        "go would write [the program to {file}, which is a folder or a file that it did not make|several programs to "
        "one file].",
        "Without -o the program is named after its folder.",
        "go build -o bin/ ./...",
    ),
)
