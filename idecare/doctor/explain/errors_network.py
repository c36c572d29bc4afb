"""Texts about fetching modules: network, proxies, private repositories, the checksum database, git and its kin.

Sources: src/cmd/go/internal/{modfetch,vcs,web,auth} of go1.26.8, its script tests, run; git and crypto/x509.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, says, text
from idecare.doctor.explain.inspect_machine import clock, git_program, private_host, repository_owner

FETCH = ("GOPROXY", "GOPRIVATE", "GONOPROXY")
SUMS = ("GOSUMDB", "GONOSUMDB", "GOPRIVATE")
KEEP_SUMS = (
    "Do not set GOSUMDB=off for it: that turns the check off for everything, and toolchains cannot be fetched then."
)

NETWORK = (
    KnownError(
        "private-in-sumdb",
        91,
        (
            text(
                "410 Gone",
                r"verifying (?:module: )?(?P<module>[\w.-]+(?:/[\w.!~-]+)*)@(?P<version>v[\w.+-]+?)(?:/go\.mod)?: "
                r"[^\n]*"
                r"(?:sum\.golang\.org|sumdb)[^\n]*: (?:410 Gone|404 Not Found)",
                alone=False,
            ),
            text(
                "404 Not Found",
                r"verifying (?:module: )?(?P<module>[\w.-]+(?:/[\w.!~-]+)*)@(?P<version>v[\w.+-]+?)(?:/go\.mod)?: "
                r"[^\n]*"
                r"(?:sum\.golang\.org|sumdb)[^\n]*: (?:410 Gone|404 Not Found)",
                alone=False,
            ),
        ),
        "go asked the public checksum database about {module}, which it cannot see: the module is private, or the "
        "version "
        "is not (yet) public.",
        f"Without GOPRIVATE go checks each new module with sum.golang.org, which fetches it itself. {KEEP_SUMS}",
        "go env -w GOPRIVATE=[{module}|HOST/TEAM], or its host or organisation with a comma behind those that are "
        "there.",
        checks=("go/private",),
        inspections=(private_host,),
        settings=SUMS,
        hides=("proxy-not-found",),
        reference="golang/go#35164",
    ),
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
        "no-such-host",
        84,
        (
            says("dial tcp: lookup {host} on {server}: no such host"),
            says("dial tcp: lookup {host}: no such host"),
            says("no such host {host}"),
            says("lookup {host}: Temporary failure in name resolution"),
            says("dial tcp: lookup {host} on {server}: server misbehaving"),
            says("lookup {host}: no such host"),
            says("ssh: Could not resolve hostname {host}"),
            says("Could not resolve host: {host}"),
        ),
        "The name {host} is not known to the name server: no network, a VPN that is not on, a container without DNS, "
        "or a "
        "misspelt host.",
        "go needs the hosts in GOPROXY and GOSUMDB, and that of the module itself where GOPRIVATE or `direct` applies.",
        "Try `nslookup {host}` in the same place (shell, container, IDE); offline, build with -mod=vendor or from "
        "the module "
        "cache with GOPROXY=off.",
        checks=("go/goproxy",),
        settings=(*FETCH, "GOSUMDB"),
        hides=("proxy-unreachable",),
    ),
    KnownError(
        "proxy-unreachable",
        83,
        (
            text(
                "connect: connection refused",
                r'(?:Get "(?P<url>https?://[^"]+)"|(?P<host>[\w.-]+:\d+)): [^\n]*connection refused',
                False,
            ),
            text("i/o timeout", r'Get "(?P<url>https?://[^"]+)"[^\n]*i/o timeout', False),
            text("TLS handshake timeout", r'Get "(?P<url>https?://[^"]+)"[^\n]*TLS handshake timeout', False),
            text("context deadline exceeded", r'Get "(?P<url>https?://[^"]+)"[^\n]*context deadline exceeded', False),
            text(
                "connection reset by peer",
                r'(?:Get "(?P<url>https?://[^"]+)"|read tcp)[^\n]*connection reset by peer',
                False,
            ),
            text(
                "network is unreachable",
                r'(?:Get "(?P<url>https?://[^"]+)"|dial tcp)[^\n]*network is unreachable',
                False,
            ),
            text('": EOF', r'Get "(?P<url>https?://[^"]+)": (?:unexpected )?EOF', False),
            text("proxyconnect tcp", r"proxyconnect tcp: (?P<reason>[^\n]+)", False),
            text("Failed to connect to", r"Failed to connect to (?P<host>[\w.-]+) port \d+", False),
        ),
        "[{url} cannot be reached from here|The server cannot be reached from here]: something between this machine "
        "and it "
        "refuses, drops or breaks the connection.",
        "A firewall, a VPN, or a company's proxy: go takes HTTP_PROXY, HTTPS_PROXY and NO_PROXY from the environment "
        "of its "
        "own process; from some countries proxy.golang.org is not reachable.",
        "Try `curl -I [{url}|https://proxy.golang.org]` in the same place. Set HTTPS_PROXY there, or another GOPROXY "
        "(the "
        "company's, https://goproxy.cn, or direct).",
        checks=("go/goproxy",),
        settings=("GOPROXY", "GOSUMDB"),
    ),
    KnownError(
        "certificate-not-trusted",
        86,
        (
            text("x509: certificate signed by unknown authority"),
            text("x509: certificate is not trusted"),
            text("SSL certificate problem: unable to get local issuer certificate"),
            text("SSL certificate problem: self"),
            text("server certificate verification failed"),
            text("x509: OSStatus -26276"),
        ),
        "The certificate of the server is signed by an authority which this machine (or image) does not know: mostly a "
        "company's proxy that opens TLS, or an image without ca-certificates.",
        "go and git trust the system's certificates; each container has its own.",
        "Add the company's root certificate to the system's store (update-ca-certificates; SSL_CERT_FILE for go on "
        "Linux, "
        "http.sslCAInfo for git), or install ca-certificates in the image. GOINSECURE and GOSUMDB=off hide the fault.",
        checks=("go/goproxy",),
        settings=("GOPROXY", "GOINSECURE"),
        hides=("proxy-unreachable",),
        reference="golang/go#42700",
    ),
    KnownError(
        "certificate-date",
        86,
        (
            text("x509: certificate has expired or is not yet valid"),
            text("SSL certificate problem: certificate has expired"),
            text("SSL certificate problem: certificate is not yet valid"),
        ),
        "The certificate is not valid at the time that this machine believes it is: its clock is wrong, or the "
        "certificate "
        "really has expired.",
        "Clocks of virtual machines, WSL and containers on a sleeping laptop fall behind.",
        "Compare `date -u` with the real time (WSL: sudo hwclock -s; Docker: restart it); if it is right, the "
        "server's owner "
        "must renew the certificate.",
        checks=("go/goproxy",),
        inspections=(clock,),
        hides=("proxy-unreachable",),
    ),
    KnownError(
        "certificate-other-name",
        84,
        (
            says("x509: certificate is valid for {*}, not {host}"),
            text("x509: certificate relies on legacy Common Name field"),
        ),
        "What answered[ for {host}|] shows the certificate of another name: a captive portal, a proxy, or a server "
        "that is "
        "set up wrongly.",
        "go accepts a certificate for the very host only.",
        "Open https://[{host}|HOST] in a browser to see who answers; log in to the network first, or correct GOPROXY.",
        checks=("go/goproxy",),
        settings=("GOPROXY",),
        hides=("proxy-unreachable",),
    ),
    KnownError(
        "goproxy-malformed",
        85,
        (
            says("invalid proxy URL missing scheme: {value}"),
            says("invalid proxy URL scheme (must be https, http, file): {value}"),
            text("GOPROXY list is not the empty string, but contains no entries"),
            says('unsupported protocol scheme "{value}"'),
        ),
        "GOPROXY is not written as go reads it[: {value} is no address|].",
        "It is a list of https://, http:// or file:// addresses, direct and off; a comma goes on after 404 and 410, "
        "a | "
        "after each error.",
        "Correct it, or {unset}: the default is https://proxy.golang.org,direct.",
        checks=("go/goproxy",),
        settings=("GOPROXY",),
    ),
    KnownError(
        "proxy-bad-answer",
        78,
        (
            says('invalid response from proxy "{url}": {reason}'),
            says("invalid response from proxy {url}: {reason}"),
            text("zip for", r"zip for (?P<module>\S+)@(?P<version>v\S+) has unexpected file (?P<file>\S+)", False),
        ),
        "What answers at [{url}|the address in GOPROXY] is no module proxy, or a broken one: the answer is not of "
        "the form "
        "that go expects.",
        "A login page, a company portal or a wrong path behind the host looks like that.",
        "Open [{url}/golang.org/x/text/@v/list|the proxy's /golang.org/x/text/@v/list] in a browser: it must be a "
        "list of "
        "versions. Then correct GOPROXY.",
        checks=("go/goproxy",),
        settings=("GOPROXY",),
    ),
    KnownError(
        "proxy-refuses",
        79,
        (
            says("reading {url}: 403 Forbidden"),
            says("reading {url}: 401 Unauthorized"),
            says("reading {url}: 407 Proxy Authentication Required"),
            says("reading {url}: 429 Too Many Requests"),
            text("ACCESS DENIED, buddy"),
        ),
        "[{url}|The server] answered that this user may not have it.",
        "A company's proxy wants a login (netrc or GOAUTH), blocks the module, or limits requests.",
        "Log in as the proxy's owner says (~/.netrc with mode 600, GOAUTH); a comma after it in GOPROXY does not go "
        "on after "
        "403, a | does.",
        checks=("go/goproxy",),
        settings=("GOPROXY", "GOAUTH"),
        hides=("proxy-not-found",),
    ),
    KnownError(
        "proxy-server-error",
        74,
        (
            says("reading {url}: 500 {*}"),
            says("reading {url}: 502 {*}"),
            says("reading {url}: 503 {*}"),
            says("reading {url}: 504 {*}"),
        ),
        "The server itself failed[ at {url}|]; nothing here is at fault.",
        "5xx answers pass, or the proxy cannot fetch the module from where it comes.",
        "Try again later; to go round it for once: GOPROXY=direct, or | in place of the comma in GOPROXY.",
        checks=("go/goproxy",),
        settings=("GOPROXY",),
    ),
    KnownError(
        "proxy-not-found",
        66,
        (says("reading {url}: 404 Not Found"), says("reading {url}: 410 Gone")),
        "The proxy has no such module or version[: {url}|].",
        "The version was never tagged, is younger than the proxy's cache (up to half an hour for a new tag), was "
        "retracted "
        "by its host, or is private.",
        "Check the tag on the host of the module (module in a subfolder: tags are SUBFOLDER/vX.Y.Z); a private one "
        "needs "
        "GOPRIVATE.",
        checks=("go/private", "go/goproxy"),
        settings=("GOPROXY", "GOPRIVATE"),
    ),
    KnownError(
        "proxy-redirects",
        70,
        (says("stopped after {number} redirects"),),
        "The proxy sends each request on to another address without end: its address in GOPROXY is wrong (http for "
        "https, a "
        "login page).",
        "go follows ten redirects.",
        "Open the address of the text in a browser and put the final one into GOPROXY.",
        checks=("go/goproxy",),
        settings=("GOPROXY",),
    ),
    KnownError(
        "sumdb-unreachable",
        80,
        (
            says("initializing sumdb.Client: {reason}"),
            text("sumdb/", r"reading (?P<url>https?://\S*/sumdb/\S*): (?P<reason>5\d\d[^\n]*)", False),
            text(
                "sum.golang.org",
                r'(?P<url>https?://sum\.golang\.org/\S*?)"?: (?P<reason>(?:dial|EOF|net/http|read)[^\n]*)',
                False,
            ),
        ),
        "The checksum database cannot be asked[: {reason}|]. The module itself may be all right.",
        "go asks it (through the proxy, where that offers it) once for each module that is new to go.sum.",
        "Repair the way to it (proxy, DNS); for private modules GOPRIVATE or GONOSUMDB leaves them out. " + KEEP_SUMS,
        checks=("go/sumdb", "go/goproxy"),
        settings=SUMS,
        hides=("no-such-host", "proxy-server-error", "proxy-unreachable"),
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
