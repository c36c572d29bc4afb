"""Of each known error: a text that is one, one that is no error at all, and one that looks alike and is not this one.

The positive texts of the first entries are in samples.py.
"""

from __future__ import annotations

from typing import NamedTuple


class Example(NamedTuple):
    positive: str
    negative: str
    alike: str
    more: tuple[str, ...] = ()  # other texts that are one: of other releases, systems and causes


def old(negative: str, alike: str, *more: str) -> Example:
    """An entry whose positive text is in samples.py."""
    return Example("", negative, alike, more)


MOD = "/home/gopher/go/pkg/mod"
VCS = f"{MOD}/cache/vcs/{'ab' * 32}"
GIT_FETCH = (
    "go: example.com/aa@v1.1.0: invalid version: git fetch -f --end-of-options origin refs/heads/*:refs/heads/* in "
    f"{VCS}: exit status 128:\n"
)
LOCKED = (
    f"\tfatal: Unable to create '{VCS}/shallow.lock': File exists.\n\t\n"
    "\tAnother git process seems to be running in this repository, e.g."
)
DYLD = "Symbol not found: _SecTrustCopyCertificateChain\n  Referenced from: "
SECURITY = "/System/Library/Frameworks/Security.framework/Versions/A/Security"
SUM = "https://sum.golang.org/lookup/git.corp.example.com/team/lib@v1.4.0"

PROGRAMS = {
    "exec-format-error": old("format of the executable: ELF", "fork/exec /opt/x: permission denied"),
    "bad-cpu-type": old("CPU type: arm64 executable", "zsh: killed     /opt/x"),
    "permission-denied": old("permission granted for /home/gopher/go/pkg/mod", "open /etc/shadow: permission denied"),
    "no-space": old("12 GB of space left on device /dev/sda1", "write /home/x: disk quota exceeded"),
    "no-locks": old(
        "RLock go.mod: done",
        "open go.mod: no such file or directory",
        "go: RLock /mnt/src/go.mod: function not implemented",
        "go: RLock /mnt/src/go.mod: Function not implemented",
        "go: updating go.sum: Lock /mnt/src/go.sum: function not implemented",
    ),
}
DELVE = {
    "rosetta": old(
        "runs natively, not under Rosetta", "can not run under Rosetta, check that the terminal/shell in use is right"
    ),
    "rosetta-shell": old(
        "the shell in use is zsh", "can not run under Rosetta, check that the installed build of Go is right"
    ),
    "delve-too-old": old(
        "Version of Delve is 1.27.1", "Go version 1.20.1 is too old for this version of Delve (minimum"
    ),
    "go-too-old-for-delve": old("Go version 1.27.1", "Version of Delve is too old for Go version 1.27.3"),
    "delve-dwarf-5": old("DWARFv5 sections: .debug_addr", "could not open debug info"),
    "no-debugserver": old("debugserver-@(#)PROGRAM:LLDB listening", "stub exited while waiting for connection"),
    "debugserver-ended": old("stub started", "debugserver or lldb-server not found: install"),
    "ptrace-scope": old("kernel.yama.ptrace_scope = 0", "could not attach to pid 4711: operation not permitted"),
    "attach-not-permitted": Example(
        "could not attach to pid 4711: operation not permitted",
        "attached to pid 4711",
        "could not attach to pid 4711: no such process",
    ),
    "no-debug-info": Example(
        "could not launch process: could not open debug info - debuggee must not be built with -ldflags=-w",
        "opened debug info of /tmp/x",
        "To debug executables using DWARFv5 or later Delve must be built with Go version 1.25.0",
    ),
    "attach-to-other-user": Example(
        "Could not attach to pid 4711: current user does not own the process",
        "attached to pid 4711",
        "could not attach to pid 4711: operation not permitted",
    ),
    "attach-already-traced": Example(
        "could not attach to pid 4711: already being debugged by pid 4712",
        "debugged by pid 4712",
        "could not attach to pid 4711: no such process",
    ),
    "delve-same-user-only": Example(
        "closing connection from different user (127.0.0.1:4711): connections to localhost are only accepted from the "
        "same UNIX user for security reasons",
        "connection from 127.0.0.1:4711",
        'socket "/tmp/gopls-daemon.1" is owned by a different user',
        ("connection from different user (remote: 1000, local: 0) detected: 127.0.0.1:1",),
    ),
    "delve-architecture": Example(
        "could not launch process: unsupported architecture of windows/386 - only windows/amd64 are supported",
        "architecture of windows/386",
        "go: unsupported GOOS/GOARCH pair linux/badarch",
    ),
    "debugged-program-not-startable": Example(
        "could not launch process: fork/exec ./__debug_bin: permission denied",
        "fork/exec ./__debug_bin",
        "fork/exec /tmp/go-build12/b001/exe/x: permission denied",
        ("./x.sh is not executable",),
    ),
    "delve-no-terminal": Example(
        "stdin is not a terminal, use '-r' to specify redirects for the target process",
        "stdin is a terminal",
        "the input device is not a TTY",
        ("could not set controlling process: inappropriate ioctl for device",),
    ),
    "breakpoint-place-unknown": Example(
        "Unable to set breakpoints: could not find statement at /src/main.go:12, please use a line with a statement",
        "statement at /src/main.go:12",
        "could not find function main.f",
        ("Command failed: could not find file /src/main.go", "could not find file /src/main.go, binary is stripped"),
    ),
    "debugged-code-optimised": Example(
        "can not call optimized function main.f when regabi is in use",
        "call main.f",
        "function calls not allowed without using 'call'",
        ("Warning: debugging optimized function",),
    ),
    "delve-not-main": old("package main", "package example.com/lib is not a main package"),
    "not-an-executable": old(
        "could launch process 4711", "could not launch process: fork/exec /opt/x: exec format error"
    ),
}
JVM = {
    "two-collectors": old("Using G1", "Error: Could not create the Java Virtual Machine."),
    "zgenerational": old("-XX:+ZGenerational", "Unrecognized VM option 'UseConcMarkSweepGC'"),
    "unknown-vm-option": old("VM option 'UseZGC'", "Unrecognized VM option 'ZGenerational'"),
    "ignored-vm-option": old("Ignoring options of another IDE", "Unrecognized VM option 'ZGenerational'"),
    "heap-contradiction": old("Initial heap size 2048m", "Invalid maximum heap size: -Xmx6gb"),
    "invalid-size": old("maximum heap size: 6g", "Initial heap size set to a larger value than the maximum heap size"),
    "malformed-option": old("VM option 'UseZGC' is set", "Unrecognized VM option 'UseThing'"),
    "heap-not-reserved": old("reserved enough space", "java.lang.OutOfMemoryError: Java heap space"),
}
IDE = {
    "ide-no-runtime": Example(
        "No JDK found. Please validate either GOLAND_JDK, JDK_HOME or JAVA_HOME environment variable points to valid "
        "JDK installation.",
        "JDK found in /opt/jdk",
        "Cannot start under Java 11.0.2: Java 17 or later is required.",
    ),
    "ide-runtime-not-loaded": Example(
        "Failed to load 'libjvm.so'\n\nCaused by:\n    libjvm.so: cannot open shared object file: No such file",
        "loaded libjvm.so",
        "Cannot find a runtime\n\nCaused by:\n    Runtime not found",
        ("Failed to load 'libjli.dylib'", "Failed to load 'jvm.dll'"),
    ),
    "ide-install-broken": Example(
        "Cannot detect a launch configuration\n\nCaused by:\n    Cannot find a directory with a product descriptor "
        "near "
        "'/usr/bin/goland'",
        "product descriptor: product-info.json",
        "Cannot collect JVM options",
        ("Malformed product descriptor (expecting 1 'launch' record, got 0)",),
    ),
    "ide-options-unreadable": Example(
        "Cannot collect JVM options\n\nCaused by:\n    Invalid character ('\\0') found in VM options file: "
        "/opt/goland/bin/goland64.vmoptions",
        "VM options file: /opt/goland/bin/goland64.vmoptions",
        "Could not open options file '/nonexistent'",
        (
            'Caused by:\n    0: Cannot read: "/home/gopher/.config/JetBrains/GoLand2025.2/goland64.vmoptions"\n'
            "    1: stream did not contain valid UTF-8",
        ),
    ),
    "ide-java-too-old": Example(
        "Cannot start under Java 11.0.2: Java 17 or later is required.",
        "Starting under Java 21.0.2",
        "No JDK found. Please validate either GOLAND_JDK",
    ),
    "ide-index-corrupted": Example(
        "WARN - FileBasedIndexImpl - Rebuild requested for index Stubs",
        "Index data is up to date",
        "PersistentFSImpl - opened",
    ),
    "ide-watch-limit": Example(
        "External file changes sync might be slow: The current inotify(7) watch limit is too low.",
        "inotify(7) watches: 12",
        "write /home/gopher/x: no space left on device",
    ),
    "ide-already-running": Example(
        "Process 4711 is still running and does not respond. If the IDE is starting up",
        "Process 4711 is running",
        "could not attach to pid 4711: operation not permitted",
    ),
    "ide-out-of-memory": Example(
        "java.lang.OutOfMemoryError: Java heap space",
        "java.lang.OutOfMemoryError handled in test",
        "fatal error: runtime: out of memory",
    ),
    "code-cache-full": Example(
        "OpenJDK 64-Bit Server VM warning: CodeCache is full. Compiler has been disabled.",
        "code cache: 12 of 512 MB",
        "Invalid ReservedCodeCacheSize=4096M. Must be at most 2048M.",
    ),
    "jvm-not-created": Example(
        "Error: Could not create the Java Virtual Machine.",
        "created the Java Virtual Machine",
        "Unrecognized VM option 'UseThing'",
    ),
    "option-value-refused": Example(
        "Improperly specified VM option 'MaxRAMPercentage=x'",
        "VM option 'MaxRAMPercentage' is set",
        "Missing +/- setting for VM option 'UseZGC'",
    ),
    "vm-options-contradict": Example(
        "ConcGCThreads (100) must be less than or equal to ParallelGCThreads (2)",
        "ConcGCThreads (1) and ParallelGCThreads (2)",
        "uintx ReservedCodeCacheSize=1024 is outside the allowed range [ 4096 ... 18446744073709551615 ]",
        (
            "MaxHeapFreeRatio (20) must be greater than or equal to MinHeapFreeRatio (90)",
            "CICompilerCount (1) must be at least 2",
            "Error occurred during initialization of VM\nInvalid code heap sizes: NonNMethodCodeHeapSize (1048576K) is "
            "greater than ReservedCodeCacheSize (245760K).",
            "LargePageSizeInBytes ( 3145728 ) must be a power of 2",
        ),
    ),
    "heap-too-small": Example(
        "Error occurred during initialization of VM\nToo small maximum heap",
        "heap: 12 MB",
        "Initial heap size set to a larger value than the maximum heap size",
        ("Error occurred during initialization of VM\nOutOfMemoryError: Metaspace",),
    ),
    "log-file-refused": Example(
        "[0.000s][error][logging] Error opening log file '/nonexistent/gc.log': No such file or directory",
        "[0.000s][info][gc] Using G1",
        "Could not open options file '/nonexistent'",
        ("[0.000s][error][logging] Invalid tag 'foo' in log selection.\nInvalid -Xlog option '-Xlog:foo', see",),
    ),
    "module-option-malformed": Example(
        "Error: --add-opens requires modules to be specified",
        "--add-opens=java.base/java.lang=ALL-UNNAMED",
        "Error: -cp requires class path specification",
        (
            "java.lang.RuntimeException: Unable to parse --add-opens <module>=<value>: java.base/java.lang",
            "java.lang.module.FindException: Module no.such.module not found",
        ),
    ),
    "options-file-not-read": Example(
        "Could not open options file '/nonexistent'",
        "options file: /opt/x",
        "[0.000s][error][logging] Error opening log file '/nonexistent/gc.log': No such file or directory",
        ("Could not open settings file /nonexistent", "Error: could not open `/nonexistent'"),
    ),
    "boot-path-option-gone": Example(
        "-Xbootclasspath/p is no longer a supported option.",
        "-Xbootclasspath/a:/x.jar",
        "Unrecognized option: -Xfoo",
    ),
    "ide-class-loader-missing": Example(
        "Error occurred during initialization of VM\njava.lang.Error: com.intellij.util.lang.PathClassLoader\n\tat "
        "java.lang.ClassLoader.initSystemClassLoader",
        "-Djava.system.class.loader=com.intellij.util.lang.PathClassLoader",
        "java.lang.ClassNotFoundException: x.Y",
    ),
    "deprecated-vm-option": Example(
        "OpenJDK 64-Bit Server VM warning: Option FlightRecorder was deprecated in version 13.0 and will likely be "
        "removed in a future release.",
        "Option FlightRecorder",
        "OpenJDK 64-Bit Server VM warning: Ignoring option ZGenerational; support was removed in 24.0",
        ("OpenJDK 64-Bit Server VM warning: Options -Xverify:none and -noverify were deprecated in JDK 13",),
    ),
    "debug-agent-failed": Example(
        "JDWP exit error AGENT_ERROR_TRANSPORT_INIT(197): No transports initialized [debugInit.c:700]",
        "Listening for transport dt_socket at address: 5005",
        "Could not find agent library jdwp on the library path, with error: libjdwp.so: cannot open",
        ("ERROR: JDWP option syntax error: -agentlib:jdwp=foo",),
    ),
    "javaagent-missing": Example(
        "Error opening zip file or JAR manifest missing : /opt/agent.jar",
        "-javaagent:/opt/agent.jar",
        "go: unzip /x.zip: zip: not a valid zip file",
    ),
    "vm-option-locked": Example(
        "Error: VM option 'UseEpsilonGC' is experimental and must be enabled via -XX:+UnlockExperimentalVMOptions.",
        "VM option 'UseZGC' is enabled",
        "Unrecognized VM option 'UseEpsilonGC2'",
    ),
    "vm-option-range": Example(
        "intx MaxJavaStackTraceDepth=-1 is outside the allowed range [ 0 ... 1073741823 ]",
        "within the allowed range [ 0 ... 3 ]",
        "Invalid maximum heap size: -Xmx6gb",
    ),
    "goland-goroot": Example(
        "GOROOT is not defined", "GOROOT is defined as /usr/local/go", "go: cannot find GOROOT directory: /opt/go"
    ),
    "ide-fetching-modules": Example(
        "Fetching dependencies failed", "Fetching dependencies finished", "go: updates to go.mod needed"
    ),
    "remote-server-download": Example(
        'Could not establish connection to "build-box": The VS Code Server failed to start',
        "Connection to build-box established",
        "dial tcp: lookup build-box: no such host",
    ),
    "extension-go-too-old": Example(
        "Using Go version go1.15 which is no longer supported",
        "Using Go version go1.27",
        "go: go.mod requires go >= 1.27 (running go 1.26.8; GOTOOLCHAIN=local)",
    ),
}
MODULES = {
    "checksum-mismatch": old(
        "checksum of x is right",
        "verifying git.corp.example.com/lib@v1.0.0: reading https://sum.golang.org/lookup/x: 410 Gone",
    ),
    "other-than-database": Example(
        "go: rsc.io/quote@v1.5.2: verifying module: checksum mismatch\n\tdownloaded: h1:aaa=\n\tsum.golang.org: "
        "h1:bbb=\n"
        "\nSECURITY ERROR\nThis download does NOT match the one reported by the checksum server.",
        "the one reported by the checksum server is the same",
        "verifying example.com/aa@v1.0.0: checksum mismatch\n\tdownloaded: h1:aaa=\n\tgo.sum:     h1:bbb=\n",
        ("verifying example.com/aa@v1.0.0: checksum mismatch\n\tdownloaded: h1:aaa=\n\tsum.golang.org: h1:bbb=",),
    ),
    "bad-zip": old("zip: valid", "malformed go.sum:\n/a/go.sum:3: wrong number of fields 5"),
    "module-modified": old(
        "all modules verified", "example.com/aa v1.0.0: missing ziphash: open /x.ziphash: no such file"
    ),
    "missing-ziphash": old(
        "ziphash: h1:abc=",
        "example.com/aa v1.0.0: dir has been modified (/m/x)",
        'verifying example.com/aa@v1.0.0: unexpected ziphash: "h1:x"',
    ),
    "module-file-missing": Example(
        f"# example.com/aa\nopen {MOD}/example.com/aa@v1.0.0/aa.go: no such file or directory",
        f"open {MOD}/example.com/aa@v1.0.0/aa.go",
        "open /src/app/main.go: no such file or directory",
        (
            "open ../../mod/github.com/!burnt!sushi/toml@v1.4.0/internal/tz.go: no such file or directory",
            "main.go:4:2: open /home/a.b/go/pkg/mod/example.com/aa@v1.0.0/aa.go: no such file or directory",
        ),
    ),
    "go-mod-changed": old("contents of go.mod have changed", "go: updates to go.mod needed; to update it:"),
    "go-mod-read-only": old("updates to go.mod done", "go: updates to go.sum needed, disabled by -mod=readonly"),
    "package-not-provided": old(
        "module provides package x",
        "cannot find module providing package example.com/x: import lookup disabled by -mod=vendor",
    ),
    "offline": old(
        "module lookup done",
        "go: download go1.24.3: golang.org/toolchain@v0.0.1-go1.24.3.linux-amd64: verifying module: checksum "
        "database disabled by GOSUMDB=off",
    ),
    "half-removed": old("removed x.partial", "open /home/gopher/x.tmp: permission denied"),
    "vcs-lock": old("removed shallow.lock", "mkdir /x: File exists", f"{GIT_FETCH}{LOCKED}"),
    "git-lock": Example(
        "fatal: Unable to create '/src/app/.git/index.lock': File exists.\n\nAnother git process seems to be running "
        "in "
        "this repository, e.g.",
        "a git process runs in this repository",
        LOCKED,
    ),
    "vcs-damaged": old(
        "a git repository: /x",
        "fatal: not a git repository (or any of the parent directories): .git",
        f"{GIT_FETCH}\tfatal: not a git repository: '{VCS}'",
        f"{GIT_FETCH}\terror: object file {VCS}/objects/e4/1b17 is empty\n\tfatal: loose object e41b17 (stored in "
        f"{VCS}/objects/e4/1b17) is corrupt",
        f"go: example.com/aa@v1.3.0: git remote add origin -- https://example.com/aa in {VCS}: exit status 3:\n"
        "\terror: remote origin already exists.",
    ),
}
NETWORK = {
    "private-in-sumdb": Example(
        f"verifying git.corp.example.com/team/lib@v1.4.0/go.mod: reading {SUM}: 410 Gone",
        "verifying example.com/x@v1.0.0: done",
        "go: example.com/x@v1.4.0: reading http://127.0.0.1:1/mod/410/x/@v/v1.4.0.info: 410 Gone",
    ),
    "git-no-credentials": Example(
        "fatal: could not read Username for 'https://git.corp.example.com': terminal prompts disabled",
        "Username: gopher",
        "git@github.com: Permission denied (publickey).",
    ),
    "git-ssh-refused": Example(
        "git@github.com: Permission denied (publickey).",
        "permission for the publickey granted",
        "fatal: could not read Username for 'https://x.example': terminal prompts disabled",
    ),
    "git-repository-not-found": Example(
        "remote: Repository not found.", "repository found", "fatal: detected dubious ownership in repository at '/src'"
    ),
    "git-missing": Example(
        'go: git init --bare in /x: exec: "git": executable file not found in $PATH',
        "git: /usr/bin/git",
        'cgo: C compiler "gcc" not found: exec: "gcc": executable file not found in $PATH',
    ),
    "vcs-program-missing": Example(
        'go: example.com/x: exec: "hg": executable file not found in $PATH',
        "hg found in $PATH",
        'exec: "go": executable file not found in $PATH',
    ),
    "dubious-ownership": Example(
        "fatal: detected dubious ownership in repository at '/src'",
        "ownership of the repository: gopher",
        "error obtaining VCS status: exit status 1\n\tUse -buildvcs=false to disable VCS stamping.",
    ),
    "vcs-status": Example(
        "error obtaining VCS status: exit status 128\n\tUse -buildvcs=false to disable VCS stamping.",
        "VCS status: clean",
        "fatal: detected dubious ownership in repository at '/src'",
    ),
    "no-such-host": Example(
        "go: example.com/x@v1.0.0: dial tcp: lookup proxy.corp.example on 10.0.0.2:53: no such host",
        "lookup proxy.corp.example: 10.1.1.1",
        'Get "https://proxy.golang.org/x": dial tcp 1.2.3.4:443: i/o timeout',
    ),
    "proxy-unreachable": Example(
        'go: Get "https://proxy.golang.org/x/@v/list": dial tcp 142.250.1.1:443: i/o timeout',
        'Get "https://proxy.golang.org/x": 200',
        "read unix /tmp/x: i/o timeout",
    ),
    "certificate-not-trusted": Example(
        'Get "https://proxy.golang.org/x": x509: certificate signed by unknown authority',
        "x509: certificate is right",
        "x509: certificate has expired or is not yet valid: current time 2026-01-01",
    ),
    "certificate-date": Example(
        "tls: failed to verify certificate: x509: certificate has expired or is not yet "
        "valid: current time 2020-01-01T00:00:00Z is before 2026",
        "the certificate has a year left",
        "x509: certificate signed by unknown authority",
    ),
    "certificate-other-name": Example(
        "x509: certificate is valid for *.portal.example, not proxy.golang.org",
        "x509: certificate is valid",
        "x509: certificate signed by unknown authority",
    ),
    "goproxy-malformed": Example(
        "go: invalid proxy URL missing scheme: goproxy.io",
        "GOPROXY is set to a URL with a scheme",
        'go: module x: invalid response from proxy "https://x.example": invalid character',
        (
            "go: invalid proxy URL scheme (must be https, http, file): ftp://x.example",
            "go: GOPROXY list is not the empty string, but contains no entries",
        ),
    ),
    "proxy-bad-answer": Example(
        "go: rsc.io/quote@1.5.2: invalid version: invalid response from proxy "
        "\"http://127.0.0.1:1/mod/invalid\": invalid character 'i' looking for beginning of "
        "value",
        "response from proxy: 200",
        "go: invalid proxy URL missing scheme: goproxy.io",
    ),
    "proxy-refuses": Example(
        "go: x.io/q@v1.2.0: reading http://127.0.0.1:1/mod/403/x.io/q/@v/v1.2.0.info: 403 Forbidden",
        "reading the page: 200 OK",
        "go: x.io/q@v1.2.0: reading http://127.0.0.1:1/mod/x.io/q/@v/v1.2.0.info: 404 Not Found",
    ),
    "proxy-server-error": Example(
        "go: x.io/q@v1.2.0: reading http://127.0.0.1:1/mod/500/q/@v/v1.2.0.info: 500 Internal Server Error",
        "reading the 500 lines of x",
        "go: x.io/q@v1.2.0: reading http://127.0.0.1:1/q/@v/v1.2.0.info: 404 Not Found",
    ),
    "proxy-not-found": Example(
        "go: x.io/q@v1.2.0: reading https://proxy.golang.org/x.io/q/@v/v1.2.0.info: 404 Not Found",
        "reading https://x.io: found",
        "go: x.io/q@v1.2.0: reading http://127.0.0.1:1/q/@v/v1.2.0.info: 403 Forbidden",
    ),
    "proxy-redirects": Example(
        'go: x@v1: Get "/mod/x.info": stopped after 10 redirects',
        "followed 2 redirects",
        "go: x@v1: reading https://p.example/x.info: 404 Not Found",
    ),
    "sumdb-unreachable": Example(
        "rsc.io/f@v1.0.0: verifying module: rsc.io/f@v1.0.0: initializing sumdb.Client: "
        "checking tree#249: no such thing",
        "sumdb: checked",
        "verifying module: invalid GOSUMDB: malformed verifier id",
    ),
    "import-path-unrecognised": Example(
        'go: unrecognized import path "corp.example/x": parse '
        "https://corp.example/x?go-get=1: no go-import meta tags "
        "()",
        "import path corp.example/x",
        "go: example.com/x@v1.0.0: invalid version: unknown revision v1.0.0",
    ),
    "sumdb-contradicts-itself": Example(
        "SECURITY ERROR\ngo.sum database server misbehavior detected!\n\nold database:",
        "the go.sum database is fine",
        "SECURITY ERROR\nThis download does NOT match an earlier download recorded in go.sum.",
        (
            "go: rsc.io/fortune@v1.0.0: verifying module: checksum missing from sumdb response\n\nSECURITY ERROR\n"
            "This download does NOT match one reported by the checksum server.",
        ),
    ),
    "redirect-to-http": Example(
        'go: unrecognized import path "x.example/y": https fetch: Get "http://x.example/y?go-get=1": redirected from '
        "secure URL https://x.example/y?go-get=1 to insecure URL http://x.example/y?go-get=1",
        "redirected to a secure URL",
        'go: unrecognized import path "x.example/y": parse https://x.example/y?go-get=1: no go-import meta tags ()',
    ),
    "unknown-revision": Example(
        "go: example.com/x@v1.9.0: invalid version: unknown revision v1.9.0",
        "revision v1.9.0 is known",
        'go: module x.io/q: no matching versions for query ">v1.5.3"',
    ),
    "git-failed": Example(
        "go: x.example/y@v1: invalid version: git ls-remote -q origin in /m/cache/vcs/94: exit status 128:",
        "git ls-remote: done",
        "error obtaining VCS status: exit status 128",
    ),
    "git-transfer-broken": Example("fatal: early EOF", "the transfer is complete", "unexpected EOF in archive"),
    "govcs-refuses": Example(
        "go: GOVCS disallows using git for public github.com/google/go-cmp; see 'go help vcs'",
        "GOVCS=*:all",
        'go: x: exec: "hg": executable file not found in $PATH',
    ),
    "goauth-failed": Example(
        "go: GOAUTH encountered errors for https://vcs.example",
        "GOAUTH=netrc",
        "fatal: could not read Username for 'https://x.example': terminal prompts disabled",
        (
            "go: GOAUTH=off cannot be combined with other authentication commands in GOAUTH",
            "go: GOAUTH=git dir method requires an absolute path to the git working directory",
        ),
    ),
    "insecure-flag-gone": Example(
        "go: -insecure flag is no longer supported; use GOINSECURE instead",
        "GOINSECURE=x",
        "flag provided but not defined: -insecur",
    ),
}
WORKSPACE = {
    "work-module-unreadable": Example(
        "go: cannot load module y listed in go.work file: open y/go.mod: no such file or directory",
        "module y listed in go.work",
        "go: module y appears multiple times in workspace",
    ),
    "work-duplicate-module": Example(
        "go: module example.com/foo appears multiple times in workspace",
        "module example.com/foo in workspace",
        "go: conflicting replacements for example.com/dep@v1.0.0:",
        ("go.work:4: path /src/foo appears multiple times in workspace",),
    ),
    "not-in-workspace": Example(
        "pattern ./...: directory prefix . does not contain modules listed in go.work or their selected dependencies",
        "modules listed in go.work: 3",
        "directory x outside main module or its selected dependencies",
        (
            "current directory is contained in a module that is not one of the workspace modules listed in go.work. "
            "You "
            "can add the module to the workspace using:\n\tgo work use .",
        ),
    ),
    "workspace-empty": Example(
        "go: no modules were found in the current workspace; see 'go help work'",
        "modules were found in the workspace",
        "go: no go.work file found",
    ),
    "no-go-work": Example(
        "go: no go.work file found",
        "go.work file found",
        "go: no modules were found in the current workspace; see 'go help work'",
    ),
    "gowork-invalid": Example(
        "go: invalid GOWORK: not an absolute path", "GOWORK=/src/go.work", "go: GOEXE cannot be modified"
    ),
    "mod-flag-in-workspace": Example(
        'go: -mod may only be set to readonly or vendor when in workspace mode, but it is set to "mod"',
        "-mod=readonly in workspace mode",
        "go: updates to go.mod needed",
    ),
    "work-replace-conflict": Example(
        "go: conflicting replacements for example.com/dep@v1.0.0:",
        "replacements for example.com/dep",
        "go: module example.com/foo appears multiple times in workspace",
    ),
    "work-file-broken": Example(
        "go: errors parsing go.work:\ngo.work:5: unknown directive: notadirective",
        "go.work parsed",
        "go: errors parsing go.mod:\n/a/go.mod:5: unknown directive: toolchain",
    ),
    "vendor-inconsistent": Example(
        "go: inconsistent vendoring in /src:",
        "vendoring in /src",
        "cannot find module providing package x.example/y: import lookup disabled by -mod=vendor",
    ),
    "not-in-vendor": Example(
        "cannot find module providing package x.example/y: import lookup disabled by -mod=vendor",
        "package x.example/y in vendor",
        "cannot find module providing package x.example/y: import lookup disabled by -mod=readonly",
    ),
    "vendor-unlisted": Example(
        "go: ignoring package foo.com/b which exists in the vendor directory but is missing from vendor/modules.txt. "
        "To "
        "sync the vendor directory run go mod vendor.",
        "a package listed in vendor/modules.txt",
        "cannot find module providing package x.example/y: import lookup disabled by -mod=vendor",
        ("directory /src/vendor/unlisted is not a package listed in vendor/modules.txt",),
    ),
    "vendor-forbids": Example(
        "go: can't compute 'all' using the vendor directory",
        "the vendor directory has 3 modules",
        "go: inconsistent vendoring in /src:",
    ),
    "no-active-builds": Example(
        "No active builds contain /src/x.go: consider opening a new workspace folder containing it",
        "active builds: 3",
        'This file is within module "x", which is not included in your workspace.',
    ),
    "several-modules-no-work": Example(
        "Error loading workspace: You are working with multiple modules.",
        "working with modules",
        "No packages found for open file /src/x.go",
    ),
}
PACKAGES = {
    "ambiguous-import": Example(
        "main.go:4:5: ambiguous import: found package image in multiple modules:",
        "import of image",
        'case-insensitive import collision: "a/B" and "a/b"',
    ),
    "import-cycle": Example(
        "import cycle not allowed",
        "import cycle found by hand: none",
        "ambiguous import: found package x in multiple modules:",
    ),
    "internal-package": Example(
        "p.go:3:8: use of internal package x/internal/y not allowed", "package x/internal/y", "import cycle not allowed"
    ),
    "case-collision": Example(
        'foo.go:5:2: case-insensitive import collision: "example.com/foo" and "example.com/Foo"',
        "case-insensitive sort",
        "ambiguous import: found package x in multiple directories:",
    ),
    "several-packages-in-folder": Example(
        "found packages a (a.go) and b (b.go) in /src", "found packages: 3", "no Go files in /src"
    ),
    "no-go-files": Example(
        "no Go files in /src/exclude",
        "3 Go files in /src",
        "build constraints exclude all Go files in /src",
        ("go: .: no package to get in current directory", "go: no package to get in current directory"),
    ),
    "run-names-nothing": Example("go: no go files listed", "go files: 3", "no Go files in /src"),
    "import-main": Example(
        'x_test.go:3:8: import "x" is a program, not an importable package',
        "x is a program",
        "package example.net/nonmain is not a main package",
    ),
    "path-without-dot": Example(
        'go: malformed module path "appengine": missing dot in first path element',
        "module path appengine.example",
        "main.go:3:8: package appengine is not in std",
    ),
    "malformed-path": Example(
        "go: malformed module path \"example.net/bad++\": invalid char '+'",
        "module path example.net/good",
        'go: malformed module path "appengine": missing dot in first path element',
    ),
    "relative-import": Example(
        'driver.go:3:8: "./mypkg" is relative, but relative import paths are not supported in module mode',
        "./mypkg",
        "use of internal package ./mypkg not allowed",
    ),
    "major-version-path": Example(
        'go: -retract=v3.0.1: version "v3.0.1" invalid: should be v2, not v3',
        "version v3.0.1",
        "go: example.com/x@v1.9.0: invalid version: unknown revision v1.9.0",
    ),
    "module-declares-other-path": Example(
        "parsing go.mod:\n\tmodule declares its path as: github.com/a/b\n\t        but was required as: github.com/c/b",
        "module github.com/a/b",
        "go: errors parsing go.mod:",
    ),
    "module-lacks-package": Example(
        "go: rsc.io/f/nonexist@v1: module rsc.io/f@v1 found (v1.0.0), but does not contain package rsc.io/f/nonexist",
        "module rsc.io/f found",
        "main.go:4:2: no required module provides package example.com/aa/sub; to add it:",
    ),
    "own-package-missing": Example(
        "main module (example.com/m) does not contain package example.com/m/x",
        "main module example.com/m",
        "go: rsc.io/f/nonexist@v1: module rsc.io/f@v1 found (v1.0.0), but does not contain package rsc.io/f/nonexist",
    ),
    "replaced-not-required": Example(
        "module rsc.io/quote provides package rsc.io/quote and is replaced but not required; to add it:",
        "rsc.io/quote is replaced",
        "main module (m) does not contain package m/x",
    ),
    "replacement-missing": Example(
        "go: example.com/lib@v1.0.0 (replaced by ../lib): reading ../lib/go.mod: open /src/lib/go.mod: no such file or "
        "directory",
        "example.com/lib replaced by ../lib",
        "go: rsc.io/quote@v1.5.2 (replaced by example.com/quote@v1.5.2): parsing go.mod:",
        ("main.go:4:2: example.com/y@v0.0.0: replacement directory ./y does not exist",),
    ),
    "no-matching-version": Example(
        'go: module rsc.io/quote: no matching versions for query ">v1.5.3"',
        "3 matching versions",
        'go: toolchain@go1.24: no matching versions for query "go1.24"',
        ('go: rsc.io/quote@v9: no matching versions for query "v9"',),
    ),
    "version-conflict": Example(
        "go: rsc.io/quote@v1.5.0: excluded by go.mod",
        "rsc.io/quote@v1.5.0",
        'go: module rsc.io/quote: no matching versions for query ">v1.5.3"',
    ),
    "pseudo-version-wrong": Example(
        "go: example.com/x@v0.0.0-2019-abc: invalid pseudo-version: does not match version-control timestamp",
        "pseudo-version v0.0.0-2019",
        "invalid version: unknown revision abc",
    ),
    "go-sum-malformed": Example(
        "malformed go.sum:\n/src/go.sum:3: wrong number of fields 5", "go.sum: 3 lines", "go: updates to go.sum needed"
    ),
    "go-mod-unreadable": Example(
        "go: errors parsing go.mod:\n/src/go.mod:5: malformed thing",
        "go.mod parsed",
        "go: errors parsing go.work:\ngo.work:5: malformed thing",
    ),
    "go-sum-outdated": Example(
        "go: updates to go.sum needed, disabled by -mod=readonly",
        "go.sum is up to date",
        "go: updates to go.mod needed; to update it:",
    ),
    "lookup-disabled": Example(
        "cannot find module providing package rsc.io/QUOTE: import lookup disabled by -mod=readonly",
        "module providing package x",
        "cannot find module providing package x.example/y: import lookup disabled by -mod=vendor",
    ),
    "no-module-provides": Example(
        "go: example.com/m imports\n\texample.net/oops: cannot find module providing package example.net/oops",
        "module providing package x",
        "cannot find module providing package rsc.io/QUOTE: import lookup disabled by -mod=readonly",
    ),
    "go111module-unknown": Example(
        'go: invalid GO111MODULE value "badvalue"',
        "GO111MODULE=on",
        "go: modules disabled by GO111MODULE=off; see 'go help modules'",
        ("go: unknown environment setting GO111MODULE=maybe",),
    ),
    "modules-off": Example(
        "go: modules disabled by GO111MODULE=off; see 'go help modules'",
        "GO111MODULE=on",
        "go: go.mod file not found in current directory or any parent directory; see 'go help modules'",
    ),
    "gopath-mode": Example(
        'main.go:3:8: cannot find package "foo" in any of:',
        "package foo in GOPATH",
        "main.go:4:2: no required module provides package foo; to add it:",
    ),
    "module-path-unknown": Example(
        "go: cannot determine module path for source directory /src/empty (outside "
        "GOPATH, module path must be specified)",
        "module path: x",
        'go: malformed module path "x": missing dot in first path element',
    ),
    "install-outside-module": Example(
        "go: 'go get' is no longer supported outside a module.",
        "go get -u",
        "go: go.mod file not found in current directory or any parent directory; see 'go help modules'",
    ),
    "version-query-missing": Example(
        "go: 'go install' requires a version when current directory is not in a module",
        "go install x@latest",
        "go: go.mod file not found in current directory or any parent directory",
    ),
    "install-with-replace": Example(
        "The go.mod file for the module providing named packages contains one or\n\tmore replace directives.",
        "replace directives: 1",
        "go: conflicting replacements for example.com/dep@v1.0.0:",
    ),
    "embed-nothing": Example(
        "xnofmt.go:5:12: pattern missing.txt: no matching files found",
        "pattern matched",
        'go: warning: "nonexistent/..." matched no packages',
        ("go: resolving embeds in example.com/dep: pattern ../foo.txt: invalid pattern syntax",),
    ),
    "index-verify-failed": Example(
        "panic: internal cache error: cache verify failed: id=ab changed:<<< go index v2",
        "cache verified",
        "could not import bytes (open /x: no)",
    ),
    "go-mod-ignored": Example(
        "go: warning: ignoring go.mod in $GOPATH /home/gopher/go",
        "go.mod in /home/gopher/go",
        "go: go.mod file not found in current directory or any parent directory; see 'go help modules'",
        ("go: warning: ignoring go.mod in system temp root /tmp",),
    ),
    "goos-goarch-unknown": Example(
        "go: unsupported GOOS/GOARCH pair linuxx/amd64",
        "GOOS/GOARCH pair linux/amd64",
        "-race is not supported on linux/386",
    ),
    "goflags-wrong": Example(
        "go: parsing $GOFLAGS: unknown flag -typoflag",
        "GOFLAGS=-v",
        "flag provided but not defined: -typoflag",
        ('go: parsing $GOFLAGS: non-flag "typo"',),
    ),
    "relative-go-folder": Example(
        "go: GOTMPDIR must be an absolute path",
        "GOTMPDIR=/tmp",
        'go: GOPATH entry is relative; must be absolute path: "x"',
    ),
    "setting-not-writable": Example("go: GOEXE cannot be modified", "GOEXE=.exe", "go: GOWORK cannot be modified"),
    "unknown-experiment": Example(
        "go: unknown GOEXPERIMENT badexp", "GOEXPERIMENT=jsonv2", 'go: invalid GO111MODULE value "badvalue"'
    ),
    "modcache-missing": Example(
        "go: module cache not found: neither GOMODCACHE nor GOPATH is set",
        "module cache found",
        "build cache is required, but could not be located: GOCACHE is not an absolute path",
    ),
    "output-name-taken": Example(
        'go: build output "c1" already exists and is a directory', "build output c1", "go: /src/go.work already exists"
    ),
    "no-install-place": Example(
        "go: no install location for /src/gopath2/src/test: hidden by /src/gopath1/src/test",
        "install location: /go/bin",
        "cannot install, GOBIN must be an absolute path",
    ),
    "race-unsupported": Example(
        "-race is not supported on linux/386",
        "-race is on",
        "android/amd64 requires external (cgo) linking, but cgo is not enabled",
    ),
    "external-linking-needs-cgo": Example(
        "android/amd64 requires external (cgo) linking, but cgo is not enabled",
        "external linking is on",
        "go: -race requires cgo; enable cgo by setting CGO_ENABLED=1",
    ),
    "missing-in-folder": Example(
        "directory ../x outside main module or its selected dependencies",
        "directory x in main module",
        "directory x outside modules listed in go.work or their selected dependencies",
    ),
    "not-a-main-package": Example(
        "package example.net/nonmain is not a main package", "package main", "Can not debug non-main package"
    ),
    "vendor-path-imported": Example(
        "dupload/p2/p2.go:3:8: dupload/vendor/p must be imported as p",
        "imported as p",
        'p.go:1:1: code in directory /src/p expects import "x.example/p"',
    ),
    "import-comment-wrong": Example(
        'conflict.go:3:8: found import comments "a" (a.go) and "b" (b.go) in /src/m/conflict',
        "import comments: 2",
        'p.go:1:1: code in directory /src/p expects import "x.example/p"',
        ("bad.go:3:8: /src/m/bad/bad.go:1: cannot parse import comment",),
    ),
    "import-comment": Example(
        'p.go:1:1: code in directory /src/p expects import "x.example/p"',
        "imported as p",
        "dupload/p2/p2.go:3:8: dupload/vendor/p must be imported as p",
    ),
    "all-retracted": Example(
        "go: warning: x@v1.0.0: retracted by module author",
        "retract v1.0.0",
        "go: rsc.io/quote@v1.5.0: excluded by go.mod",
    ),
}
CGO = {
    "missing-header": old("#include <ffi.h>", "a.go:3:2: undefined: foo.h", "fatal error: 'stdlib.h' file not found"),
    "invalid-arch-name": old("arch name arm64", "gcc: error: unrecognized command-line option '-arch'"),
    "arch-flag-elsewhere": old("-arch arm64", "gcc: error: unrecognized command-line option '-m64'"),
    "xcode-tool-missing": old(
        "xcrun: found clang", "xcrun: error: invalid active developer path (/Library/Developer/CommandLineTools)"
    ),
    "xcode-path-gone": old(
        "active developer path: /Library", 'xcrun: error: unable to find utility "xcodebuild", not a developer tool'
    ),
    "xcode-licence": Example(
        "You have not agreed to the Xcode license agreements.",
        "license agreed",
        "xcrun: error: invalid active developer path (/x)",
    ),
    "wrong-assembler": old("instruction: stp", "gcc: error: unrecognized command-line option '-m64'"),
    "object-of-other-processor": Example(
        "/usr/bin/ld: /tmp/go-build12/b001/_x001.o: file in wrong format",
        "the file is in the right format",
        "/usr/bin/ld: cannot find -lrdkafka: No such file or directory",
        (
            "/usr/bin/ld: libfoo.a(x.o): error adding symbols: file in wrong format",
            "/usr/bin/ld: i386:x86-64 architecture of input file `/tmp/x.o' is incompatible with aarch64 output",
            "ld.lld: error: /tmp/x.o is incompatible with aarch64linux",
            "ld: warning: ignoring file /usr/local/lib/libz.dylib, building for macOS-arm64 but attempting to link "
            "with "
            "file built for macOS-x86_64",
            "ld: building for macOS-arm64, but attempting to link with file built for macOS-x86_64, file "
            "'/usr/local/lib/libz.a'",
            "ld: warning: ignoring file '/usr/local/lib/libz.dylib': found architecture 'x86_64', required "
            "architecture "
            "'arm64'",
            "ld: warning: ignoring file /usr/local/lib/libz.a, missing required architecture arm64 in file "
            "/usr/local/lib/libz.a (2 slices)",
        ),
    ),
    "no-c-compiler": old("cgo: C compiler found", 'go: x: exec: "hg": executable file not found in $PATH'),
    "cgo-off": old("build constraints: linux", "no Go files in /src/exclude"),
    "library-not-found": Example(
        "/usr/bin/ld: cannot find -lrdkafka: No such file or directory",
        "-lrdkafka",
        "undefined reference to `rd_kafka_new'",
    ),
    "c-library-files-missing": Example(
        "/usr/bin/ld: cannot find crti.o: No such file or directory",
        "crti.o",
        "/usr/bin/ld: cannot find -lrdkafka: No such file or directory",
    ),
    "linker-undefined": Example(
        "x.go:5: undefined reference to `rd_kafka_new'", "reference to x", "/usr/bin/ld: cannot find -lrdkafka"
    ),
    "cgo-flag-refused": Example(
        "ldflag/bad: invalid flag in #cgo LDFLAGS: -Wno-such-warning (see https://go.dev/s/invalidflag)",
        "#cgo LDFLAGS: -lm",
        "gcc: error: unrecognized command-line option '-arch'",
    ),
    "c-files-without-cgo": Example(
        "package x: C source files not allowed when not using cgo or SWIG: a.c",
        "C source files: 3",
        "build constraints exclude all Go files in /src",
    ),
    "foreign-compiler-option": Example(
        "gcc: error: unrecognized command-line option '-m64'",
        "option -m64",
        "gcc: error: unrecognized command-line option '-arch'",
    ),
    "duplicate-libraries-warning": Example(
        "ld: warning: ignoring duplicate libraries: '-lm'", "libraries: -lm", "ld: library not found for -lm"
    ),
    "pkg-config": old("Package zlib was found", "/usr/bin/ld: cannot find -lz"),
    "dysymtab-warning": old("LC_DYSYMTAB", "dyld[1]: missing LC_UUID load command in /x"),
    "lc-uuid": old("LC_UUID load command", "ld: warning: '/tmp/1.o' has malformed LC_DYSYMTAB"),
}
TOOLS = {
    "tool-built-with-older-go": Example(
        "service.go:3:1: package requires newer Go version go1.26 (application built with go1.25)",
        "application built with go1.27",
        "go: go.mod requires go >= 1.27 (running go 1.26.8; GOTOOLCHAIN=local)",
    ),
    "gopls-go-too-old": Example(
        "Found Go version 1.17, which is not supported by this version of gopls. Please upgrade to Go 1.21 or later "
        "and "
        "reinstall gopls.",
        "Go version 1.17",
        "Go version 1.20.1 is too old for this version of Delve (minimum supported version 1.25",
    ),
    "gopls-index-blocked": Example(
        "gopls cannot access its persistent index (disk full?): open /home/gopher/.cache/gopls/x: permission denied",
        "gopls persistent index: 12 MB",
        "gopls cannot access its persistent index (disk full?): write /x: no space left on device",
    ),
    "workspace-folder-spelling": Example(
        "invalid workspace folder path: stat /src/App: no such file; check that the spelling of the configured "
        "workspace "
        "folder path agrees with the spelling reported by the operating system",
        "workspace folder path: /src/App",
        "invalid module path: App",
        ('invalid path "/src/App": component "App" is listed by macOS as "app"',),
    ),
    "gopls-daemon-of-another": Example(
        'forwarder: gopls path mismatch: forwarder is "/a/gopls", remote is "/b/gopls"',
        "gopls path: /a/gopls",
        "closing connection from different user (127.0.0.1:1): connections to localhost are only accepted from the "
        "same "
        "UNIX user",
        ('socket "/tmp/gopls-daemon.1" is owned by a different user',),
    ),
    "export-data-newer": Example(
        'internal error: package "context" without types was imported from "x"',
        "export data is right",
        "x.go:3:2: could not import foo (no metadata for foo)",
    ),
    "std-seen-by-old-tool": Example(
        "/usr/local/go/src/runtime/debuglog.go:296:20: StringData not declared by package unsafe (typecheck)",
        "StringData of package unsafe",
        "x.go:3:2: could not import fmt (no metadata for fmt)",
    ),
    "gopls-too-old-for-editor": Example(
        "JSON RPC parse error: json: cannot unmarshal number into Go struct field RenameClientCapabilities.x",
        "JSON RPC: ready",
        "json: cannot unmarshal number into Go struct field Config.port of type string",
    ),
    "x-tools-too-old-to-build": Example(
        "../mod/golang.org/x/tools@v0.20.0/internal/tokeninternal/tokeninternal.go:64:9: invalid array length -delta "
        "* delta (constant -256 of type int64)",
        "array length 3",
        "invalid array length -n (constant -1 of type int)",
    ),
    "x-sys-too-old-to-build": Example(
        "golang.org/x/sys@v0.0.0-20200302150141-5c8b2ff67527/unix/syscall_darwin.1_13.go:25:3: //go:linkname must "
        "refer to declared function or variable",
        "//go:linkname a b",
        "link: main: invalid reference to runtime.x",
    ),
    "linkname-refused": Example(
        "link: github.com/a/b: invalid reference to net.defaultResolver",
        "a valid reference to x",
        "undefined reference to `x'",
    ),
    "golangci-config-version": Example(
        'Error: can\'t load config: unsupported version of the configuration: ""',
        "configuration version 2",
        "Error: can't load config: the Go language "
        "version (go1.25) used to build "
        "golangci-lint is lower than the targeted Go "
        "version (1.26.5)",
    ),
    "linter-cannot-load": Example(
        'level=error msg="Running error: context loading failed: no go files to analyze: '
        'running `go mod tidy` may solve"',
        "packages loaded",
        "no Go files in /src",
    ),
    "linter-timeout": Example(
        'level=error msg="Timeout exceeded: try increasing it by passing --timeout option"',
        "timeout: 10m",
        "panic: test timed out after 10m0s",
    ),
    "gopls-unknown-setting": Example(
        'unexpected gopls setting "build.experimentalX"', "gopls setting build.env", "flag provided but not defined: -x"
    ),
    "go-not-found-by-editor": Example(
        'Failed to find the "go" binary in either GOROOT() or PATH(/usr/bin:/bin).',
        'found "go" in /usr/local/go/bin',
        'go: x: exec: "hg": executable file not found in $PATH',
    ),
    "editor-tool-missing": Example(
        'The "gopls" command is not available. Run "go install -v golang.org/x/tools/gopls@latest" to install.',
        "gopls is available",
        'Failed to find the "go" binary in either GOROOT() or PATH()',
    ),
    "gopls-ended": Example(
        "The gopls server failed to initialize. Please check the output",
        "The gopls server is running",
        "gopls: command not found",
    ),
    "mkdir-at-root": Example("go install: mkdir /: permission denied", "mkdir /x", "mkdir /.cache: permission denied"),
}
MACHINE = {
    "no-home-for-caches": Example(
        "failed to initialize build cache at /.cache/go-build: mkdir /.cache: permission denied",
        "build cache at /home/gopher/.cache",
        "build cache is required, but could not be located: GOCACHE is not an absolute path",
    ),
    "temp-folder-noexec": Example(
        "fork/exec /tmp/go-build12/b001/exe/x: permission denied",
        "exec /tmp/go-build12/b001/exe/x",
        "fork/exec /opt/x: permission denied",
    ),
    "work-folder-not-made": Example(
        "go: creating work dir: stat /nowhere: no such file or directory",
        "work dir: /tmp/go-build1",
        "go: GOTMPDIR must be an absolute path",
    ),
    "out-of-memory": Example(
        "github.com/x/y: /usr/local/go/pkg/tool/linux_amd64/compile: signal: killed",
        "memory: 24 GB",
        "java.lang.OutOfMemoryError: Java heap space",
    ),
    "qemu-crash": Example(
        "qemu: uncaught target signal 11 (Segmentation fault) - core dumped",
        "qemu: started",
        "rosetta error: failed to open elf at /lib64/ld-linux-x86-64.so.2",
    ),
    "rosetta-in-docker": Example(
        "rosetta error: failed to open elf at /lib64/ld-linux-x86-64.so.2",
        "rosetta is on",
        "can not run under Rosetta, check that the installed build of Go is right",
    ),
    "cache-restore-collides": Example(
        "/usr/bin/tar: ../../../go/pkg/mod/golang.org/x/x.go: Cannot open: File exists",
        "tar: ../go/pkg/mod: done",
        "mkdir /x: File exists",
    ),
    "setup-go-no-go-sum": Example(
        "Restore cache failed: Dependencies file is not found in /w/x. Supported file pattern: go.sum",
        "Cache restored",
        'Failed to restore: "/usr/bin/tar" failed with error',
    ),
    "glibc-too-old": Example(
        "./x: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by ./x)",
        "GLIBC_2.34",
        "error while loading shared libraries: libffi.so.8: cannot open shared object file: No such file",
    ),
    "no-loader-for-program": Example(
        "exec /app: no such file or directory",
        "exec /app: started",
        'cgo: C compiler "/opt/cc" not found: exec: "/opt/cc": stat /opt/cc: no such file or directory',
    ),
    "threads-refused": Example(
        "runtime/cgo: pthread_create failed: Operation not permitted", "threads: 12", "runtime: cannot allocate memory"
    ),
    "too-many-open-files": Example(
        "open /x: too many open files", "open files: 12", "User limit of inotify watches reached"
    ),
    "text-file-busy": Example("fork/exec /tmp/x: text file busy", "text file", "fork/exec /opt/x: permission denied"),
    "read-only-file-system": Example(
        "mkdir /nix/x: read-only file system", "file system: ext4", "open /x: permission denied"
    ),
    "quota": Example("write /home/x: disk quota exceeded", "quota: 12 GB", "write /home/x: no space left on device"),
    "path-too-long": Example("open /x: file name too long", "file name: x", "open /x: too many open files"),
    "port-in-use": Example(
        "listen tcp 127.0.0.1:2345: bind: address already in use",
        "listen tcp 127.0.0.1:2345",
        "dial tcp 127.0.0.1:2345: connect: nothing there",
    ),
    "test-timed-out": Example(
        "panic: test timed out after 10m0s",
        "test done after 10m0s",
        'msg="Timeout exceeded: try increasing it by passing --timeout option"',
    ),
    "plugin-version": Example(
        'plugin.Open("x"): plugin was built with a different version of package internal/abi',
        "plugin opened",
        "does not match go tool version",
    ),
    "macos-quarantine": Example(
        "“dlv” cannot be opened because the developer cannot be verified.",
        "developer verified",
        "zsh: killed     /opt/x",
    ),
    "macos-killed": Example("zsh: killed     ./x", "zsh: done ./x", "compile: signal: killed"),
    "dyld-library-missing": Example(
        "dyld[1]: Library not loaded: /opt/homebrew/opt/libgit2/lib/libgit2.1.7.dylib",
        "Library loaded: x",
        "dyld[123]: missing LC_UUID load command in /tmp/x",
    ),
    "system-symbol-missing": Example(
        f"dyld: {DYLD}/tmp/x (which was built for Mac OS X 12.0)\n  Expected in: {SECURITY}\n in /tmp/x",
        f"symbols of {SECURITY}",
        f"dyld[123]: {DYLD}<11-AA> /tmp/x\n  Expected in:     <22-BB> /opt/homebrew/lib/libz.dylib",
        (f"dyld[123]: {DYLD}<11-AA> /tmp/x\n  Expected in:     <22-BB> {SECURITY}",),
    ),
    "dyld-symbol-missing": Example(
        f"dyld[123]: {DYLD}<11-AA> /tmp/x\n  Expected in:     <22-BB> /opt/homebrew/lib/libz.dylib",
        "symbol found: _deflate",
        f"dyld[123]: {DYLD}<11-AA> /tmp/x\n  Expected in:     <22-BB> {SECURITY}",
        ("dyld[123]: Symbol not found: _SecTrustCopyCertificateChain", "dyld: Symbol not found: _deflate"),
    ),
    "shared-library-missing": Example(
        "./x: error while loading shared libraries: libffi.so.8: cannot open shared "
        "object file: No such file or "
        "directory",
        "loading shared libraries",
        "version `GLIBC_2.34' not found",
    ),
}
TOOLCHAIN = {
    "go-work-too-low": Example(
        "go: module . listed in go.work file requires go >= 1.25.0, but go.work lists go "
        "1.22; to update it:\n\tgo work use",
        "go.work lists go 1.25",
        "go: go.mod requires go >= 1.99.1 (running go 1.27.3; GOTOOLCHAIN=local)",
    ),
    "tool-needs-newer-go": Example(
        "go: golang.org/x/tools/gopls@v0.18.0 requires go >= 1.23.4 (running go 1.22.12; GOTOOLCHAIN=local)",
        "gopls@v0.18.0 needs go 1.23",
        "go: golang.org/x/mod@v0.30.0 requires go >= 1.24.0; switching to go1.26.11",
    ),
    "go-too-old": old(
        "go.mod requires go 1.25", "go: golang.org/x/mod@v0.30.0 requires go >= 1.24.0; switching to go1.26.11"
    ),
    "go-line-unknown-to-old-go": Example(
        "go: errors parsing the file: invalid go version '1.23.0': must match format 1.23",
        "go version 1.23.0",
        'go: invalid GOTOOLCHAIN "1.23.0"',
    ),
    "unknown-directive": Example(
        "/a/go.mod:5: unknown directive: toolchain",
        "directive: toolchain",
        "go: errors parsing go.mod:\n/src/go.mod:5: malformed thing",
    ),
    "toolchain-not-available": Example(
        "go: download go1.99.1 for linux/amd64: toolchain not available",
        "toolchain available",
        'go: cannot find "go1.20" in PATH',
    ),
    "toolchain-is-language-version": Example(
        "go: invalid toolchain: go1.22 is a language version but not a toolchain version (go1.22.x)",
        "go1.22 is a language version",
        "go: download go1.22 for linux/amd64: toolchain not available",
    ),
    "toolchain-name-invalid": Example(
        'go: invalid GOTOOLCHAIN "asdf"',
        "GOTOOLCHAIN=auto",
        "go: invalid toolchain: go1.22 is a language version but not a toolchain version (go1.22.x)",
    ),
    "toolchain-not-in-path": Example(
        'go: cannot find "go1.20" in PATH', "found go1.20 in PATH", 'Cannot find "go" binary'
    ),
    "toolchain-sumdb-off": Example(
        "go: download go1.24.3: golang.org/toolchain@v0.0.1-go1.24.3.linux-amd64: "
        "verifying module: checksum database disabled by "
        "GOSUMDB=off",
        "GOSUMDB=off",
        "verifying module: invalid GOSUMDB: malformed verifier id",
    ),
    "gosumdb-invalid": Example(
        "verifying module: invalid GOSUMDB: malformed verifier id",
        "GOSUMDB=sum.golang.org",
        "verifying module: checksum database disabled by GOSUMDB=off",
    ),
    "toolchain-switch-loop": Example(
        "go: toolchain go1.21.1 invoked to provide go1.21.99",
        "toolchain go1.21.1",
        "go: golang.org/x/mod@v0.30.0 requires go >= 1.24.0; switching to go1.26.11",
    ),
    "toolchain-tree-broken": Example(
        f"go: download go1.22.0: stat "
        f"{MOD}/golang.org/toolchain@v0.0.1-go1.22.0.linux-amd64/bin/go: no such file "
        f"or directory",
        "golang.org/toolchain@v0.0.1-go1.22.0.linux-amd64",
        "go: download go1.99.1 for linux/amd64: toolchain not available",
    ),
    "dl-wrapper-not-downloaded": Example(
        "go1.20: not downloaded. Run 'go1.20 download' to install to /home/gopher/sdk/go1.20",
        "go1.20 downloaded",
        'go: cannot find "go1.20" in PATH',
    ),
    "no-such-tool": Example(
        'go: no such tool "covdata"',
        'tool "covdata"',
        'xcrun: error: unable to find utility "xcodebuild", not a developer tool',
    ),
    "version-mismatch": old(
        'compile: version "go1.22.1"', "package requires newer Go version go1.26 (application built with go1.25)"
    ),
    "goroot-of-two-releases": Example(
        "/opt/go/src/runtime/map.go:816:6: mapiterinit redeclared in this block",
        "mapiterinit is declared",
        "./main.go:5:6: main redeclared in this block",
    ),
    "goroot-not-found": Example(
        "go: cannot find GOROOT directory: /opt/go", "GOROOT directory: /opt/go", "GOROOT is not defined"
    ),
    "language-version-too-low": Example(
        "./x.go:2:6: type alias requires go1.9 or later (-lang was set to go1.8; check go.mod)",
        "-lang was set to go1.9",
        "package requires newer Go version go1.26 (application built with go1.25)",
    ),
    "go-line-exceeds-request": Example(
        "go: example.net/a@v0.1.0 requires go@1.22, but 1.21 is requested",
        "requires go 1.22",
        "go: rsc.io/quote@v1.5.0: excluded by go.mod",
    ),
}
GO = {
    "build-cache-emptied": old("open x-d: done", "open main.go: no such file or directory"),
    "package-not-in-std": old(
        "package errors is in std", "main.go:4:2: no required module provides package errors; to add it:"
    ),
    "no-build-cache": old(
        "build cache: /x", "failed to initialize build cache at /.cache/go-build: mkdir /.cache: permission denied"
    ),
    "gopath-tilde": old(
        "GOPATH entry /x",
        'go: GOMODCACHE entry is relative; must be absolute path: "~/test"',
        'go: GOPATH entry is relative; must be absolute path: "x"',
    ),
    "no-module": old(
        "go.mod file found",
        "go: no go.work file found",
        "no required module provides package example.com/m: go.mod file not found in current directory or any parent "
        "directory; see 'go help modules'",
    ),
    "gopls-cache": old("reading shared cache", "could not import bytes (open /x)"),
    "invalid-type-hash": old("type hash: 12", "invalid array length -delta * delta (constant -256 of type int64)"),
}
EXAMPLES: dict[str, Example] = {
    **PROGRAMS, **DELVE, **JVM, **IDE, **MODULES, **NETWORK, **WORKSPACE, **PACKAGES, **CGO, **TOOLS, **MACHINE,
    **TOOLCHAIN, **GO,
}  # fmt: skip
