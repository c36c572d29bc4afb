"""Texts about the repositories that modules come from: git and others, logins, import paths, revisions.

Sources: src/cmd/go/internal/{vcs,modfetch,modfetch/codehost,auth} of go1.26.8, git 2.47, and public issues.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, says, text
from idecare.doctor.explain.inspect_machine import git_program, private_host, repository_owner

FETCH = ("GOPROXY", "GOPRIVATE", "GONOPROXY")

REPOSITORIES = (
    KnownError(
        "git-no-credentials",
        90,
        (
            says("could not read Username for '{url}': {*}"),
            text("terminal prompts disabled"),
            says("could not read Password for '{url}'"),
            says("fatal: Authentication failed for '{url}"),
            text("remote: HTTP Basic: Access denied"),
            text("remote: Invalid username or token"),
            text("remote: Support for password authentication was removed"),
        ),
        "git has no valid user and password[ for {url}|] when go runs it, and go never lets it ask.",
        "go fetches private modules with git over https, without a terminal. If the module is meant to be public, "
        "its path "
        "is probably misspelt: hosts ask for a password where there is no such repository.",
        'Use ssh: git config --global url."git@HOST:".insteadOf "https://HOST/"; or a token in ~/.netrc or a GOAUTH '
        "command; "
        "and GOPRIVATE for that host.",
        checks=("go/private",),
        inspections=(private_host,),
        settings=("GOPRIVATE", "GOAUTH"),
        hides=("git-failed",),
        reference="golang/go#43205",
        is_general=True,
    ),
    KnownError(
        "git-ssh-refused",
        90,
        (
            text("Permission denied (publickey", r"git@\S+: Permission denied \(publickey", alone=False),
            text("Host key verification failed"),
            text("fatal: Could not read from remote repository"),
        ),
        "git reached the host over ssh and was not let in: no key that the host accepts, or an unknown host key.",
        "git runs without a terminal under go, so ssh cannot ask; in containers and CI there is no agent unless it is "
        "passed in.",
        "Try `ssh -T git@HOST` as the same user; load the key (ssh-add, docker build --ssh default), and put the "
        "host into "
        "known_hosts with ssh-keyscan.",
        checks=("go/private",),
        hides=("git-failed",),
        settings=("GOPRIVATE",),
    ),
    KnownError(
        "git-repository-not-found",
        80,
        (
            text("remote: Repository not found"),
            text("ERROR: Repository not found"),
            says("fatal: repository '{url}' not found"),
            text("remote: The project you were looking for could not be found"),
        ),
        "The host has no such repository[ {url}|], or does not show it to the user that git logs in as.",
        "A misspelt path, a repository that was moved or made private, or a token without the right to read it: "
        "hosts give "
        "the same answer for all.",
        "Open the address in a browser as that user; for a private one GOPRIVATE and credentials for git are needed.",
        checks=("go/private",),
        settings=("GOPRIVATE",),
        hides=("git-failed",),
    ),
    KnownError(
        "git-missing",
        85,
        (
            text('exec: "git": executable file not found'),
            text("missing Git command. See https://golang.org/s/gogetcmd"),
            text("go: missing Git command"),
        ),
        "go needs git for this, and there is none in the PATH of the process that ran it.",
        "Modules behind `direct` or GOPRIVATE are fetched with git, and builds in a repository ask it for the revision "
        "(-buildvcs). Slim images have none; an IDE may have another PATH than the shell.",
        "Install git (apk add git, apt-get install git), or leave it out: a proxy in GOPROXY, -buildvcs=false.",
        checks=("go/private",),
        inspections=(git_program,),
        settings=FETCH,
        hides=("vcs-status", "git-failed"),
    ),
    KnownError(
        "vcs-program-missing",
        70,
        (
            says('"{tool}": executable file not found in $PATH'),
            says('exec: "{tool}": executable file not found in %PATH%'),
        ),
        "{tool} is not in the PATH of the process that wanted to start it.",
        "An IDE, a service or a container has another PATH than your shell; a version control program (hg, svn, bzr, "
        "fossil) is needed for repositories of its kind.",
        "Install {tool}, or add its folder to PATH where that process gets it from.",
        checks=("go/installs",),
        hides=("git-failed",),
        guards=(lambda words: words.get("tool") not in ("git", "go", "clang", "gcc", "cc", "c++", "g++", "clang++"),),
    ),
    KnownError(
        "dubious-ownership",
        88,
        (
            says("fatal: detected dubious ownership in repository at '{dir}'"),
            text("fatal: unsafe repository ("),
        ),
        "The repository [{dir} |]belongs to another user than the one who builds, and git refuses to read it.",
        "Usual in containers and CI: the checkout is the host user's, the build runs as root (git 2.35.2 and later).",
        "git config --global --add safe.directory [{dir}|THE_FOLDER] as the building user; or build with "
        "-buildvcs=false.",
        checks=("go/owners",),
        inspections=(repository_owner,),
        hides=("vcs-status", "git-failed"),
        reference="golang/go#53532",
    ),
    KnownError(
        "vcs-status",
        68,
        (
            text("error obtaining VCS status: exit status 128"),
            text("error obtaining VCS status: exit status 1"),
            says("error obtaining VCS status: {reason}"),
        ),
        "go could not ask version control for the revision to stamp into the program: git (or hg) failed in this "
        "folder[: "
        "{reason}|].",
        "Usual: the repository belongs to another user (containers, CI), .git was copied in part (submodules, "
        "worktrees, "
        ".dockerignore), or the main package is in another repository than the working folder.",
        "Run `git status` there as the same user to see why; or build with -buildvcs=false (GOFLAGS=-buildvcs=false).",
        checks=("go/owners",),
        reference="golang/go#51723",
    ),
    KnownError(
        "import-path-unrecognised",
        72,
        (
            says('unrecognized import path "{package}": https fetch: {reason}'),
            says('unrecognized import path "{package}": parse {url}: no go-import meta tags ({*})'),
            says('unrecognized import path "{package}": reading {url}: {reason}'),
            says('unrecognized import path "{package}": {reason}'),
            says('unrecognized import path "{package}" ({reason})'),
        ),
        "No repository is found behind {package}[: {reason}|]: the host is private or gone, or the path is misspelt.",
        "go asks https://{package}?go-get=1 for the repository; a host that wants a login or does not know go answers "
        "something else.",
        "Check the path. Private GitLab subgroups need credentials for that request too (netrc or GOAUTH), or the "
        "path with "
        ".git at the end of the repository; and GOPRIVATE.",
        checks=("go/private",),
        inspections=(private_host,),
        settings=FETCH,
        reference="golang/go#26134",
    ),
    KnownError(
        "redirect-to-http",
        74,
        (says("redirected from secure URL {url} to insecure URL {target}"),),
        "The host answers https with a redirect to http, which go does not follow: {target}.",
        "The server of the import path is set up wrongly, or a company's proxy rewrites the answer.",
        "Have the host redirect to https. GOINSECURE=HOST/PATH allows http for those modules only.",
        checks=("go/private",),
        settings=("GOINSECURE",),
        hides=("import-path-unrecognised",),
    ),
    KnownError(
        "unknown-revision",
        64,
        (
            says("invalid version: unknown revision {version}"),
            says("invalid version: unknown revision {revision}"),
            says("{module}@{revision}: unknown revision"),
            says("reading {module}/go.mod at revision {revision}: unknown revision"),
        ),
        "The repository has no tag, branch or commit of that name[: {version}|: {revision}|].",
        "A misspelt or deleted tag; a commit that was force-pushed away; a module in a subfolder, whose tags begin "
        "with the "
        "folder (sub/v1.2.3); or a branch with a slash.",
        "go list -m -versions [{module}|MODULE] shows what there is; take a tag of that list, or @latest.",
        checks=("go/private",),
    ),
    KnownError(
        "git-failed",
        50,
        (
            says("invalid version: git ls-remote -q {*}: exit status 128"),
            says("invalid version: git ls-remote -q"),
            says("git fetch -f origin {*}: exit status 128"),
            says("invalid version: git fetch"),
            says("git init --bare in {dir}: exec"),
        ),
        "git could not read the module's repository; the line below it says why.",
        "go runs git without a terminal, in its own copy of the repository in the module cache.",
        "Run the quoted git command by hand as the same user to see the whole message.",
        checks=("go/private", "caches/repositories"),
        settings=FETCH,
        is_general=True,
    ),
    KnownError(
        "git-transfer-broken",
        76,
        (
            text("fatal: early EOF"),
            text("RPC failed; curl"),
            text("fetch-pack: unexpected disconnect"),
            text("fatal: the remote end hung up unexpectedly"),
            text("GnuTLS recv error"),
        ),
        "The transfer from the git host broke off: the network, a proxy with a limit, or a very large repository.",
        "Nothing is damaged; go throws the half away.",
        "Try again; with Go's default GOPROXY, a module proxy, no git transfer is needed for public modules.",
        checks=("go/goproxy",),
        settings=("GOPROXY",),
        hides=("git-failed",),
    ),
    KnownError(
        "govcs-refuses",
        60,
        (
            says("GOVCS disallows using {tool} for {kind} {module}"),
            says("malformed entry in GOVCS ({reason}): {value}"),
            says("unreachable pattern in GOVCS: {value}"),
        ),
        "GOVCS decides which version control programs go may start, and here [it allows no {tool} for {module}|it is "
        "not "
        "well-formed].",
        "The default is git and hg for public modules, all for private ones.",
        "Correct or take back GOVCS: {unset}. Say GOPRIVATE for a private host.",
        checks=("go/private",),
        settings=("GOVCS", "GOPRIVATE"),
    ),
    KnownError(
        "goauth-failed",
        60,
        (
            says("GOAUTH encountered errors for {url}"),
            says("GOAUTH={value} cannot be combined with other authentication commands"),
            text("GOAUTH=git dir method requires an absolute path"),
            says("invalid GOAUTH {*}"),
        ),
        "What GOAUTH names to log in with does not work[ for {url}|].",
        "GOAUTH is a list of commands parted by semicolons: off, netrc, `git DIR` with an absolute folder, or a "
        "program.",
        "Correct it, or {unset}: the default is netrc.",
        checks=("go/private",),
        settings=("GOAUTH",),
    ),
    KnownError(
        "insecure-flag-gone",
        40,
        (text("-insecure flag is no longer supported"),),
        "`go get -insecure` is gone since Go 1.17.",
        "It turned off https and the checks for all that the command fetched.",
        "GOINSECURE=HOST for that host only; and GONOSUMDB=HOST where the database cannot see it.",
        checks=("go/goproxy",),
        settings=("GOINSECURE",),
    ),
)
