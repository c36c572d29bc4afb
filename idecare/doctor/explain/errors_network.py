"""Texts about fetching modules: the network, proxies, certificates and the checksum database.

Sources: src/cmd/go/internal/{modfetch,web} of go1.26.8, its script tests, run; crypto/x509.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, says, text
from idecare.doctor.explain.inspect_machine import clock, private_host

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
        "sumdb-contradicts-itself",
        98,
        (text("go.sum database server misbehavior detected"), text("checksum missing from sumdb response")),
        "The answer of the checksum database does not fit what it said before, or holds no sum of the module.",
        "go remembers in GOPATH/pkg/sumdb how far it has seen the database. A proxy that answers for the database, or "
        "a GOSUMDB that names another server, can differ from that; so can an attack.",
        "Compare with the default GOPROXY and GOSUMDB in another network. Do not turn the check off; report it to "
        "whoever runs the database.",
        checks=("go/sumdb", "go/goproxy"),
        settings=("GOSUMDB", "GOPROXY"),
    ),
)
