"""One text for each known error, as its program prints it; those not run in tests/e2e are from the program's source."""

from __future__ import annotations

HASH = "ab" * 32
ENTRY = f"/home/gopher/.cache/go-build/ab/{HASH}-d"
MOD = "/home/gopher/go/pkg/mod"

SAMPLES = {
    "rosetta": "could not launch process: can not run under Rosetta, check that the installed build of Go is right for "
    "your CPU architecture",
    "rosetta-shell": "can not run under Rosetta, check that the terminal/shell in use is right for your CPU",
    "delve-too-old": "Failed to launch: Version of Delve is too old for Go version 1.27.3 "
    "(maximum supported version 1.20, suppress this error with --check-go-version=false)",
    "go-too-old-for-delve": "Go version 1.20.1 is too old for this version of Delve (minimum supported version 1.25, "
    "suppress this error with --check-go-version=false)",
    "delve-dwarf-5": "To debug executables using DWARFv5 or later Delve must be built with Go version 1.25.0 or later",
    "no-debugserver": "debugserver or lldb-server not found: install Xcode's command line tools or lldb-server",
    "debugserver-ended": "could not launch process: stub exited while waiting for connection: exit status 0",
    "ptrace-scope": 'Could not attach to pid 4711: this could be caused by a kernel security setting, try writing "0" '
    "to /proc/sys/kernel/yama/ptrace_scope",
    "delve-not-main": "Can not debug non-main package",
    "not-an-executable": "could not launch process: not an executable file",
    "exec-format-error": "could not launch process: fork/exec /tmp/x y/__debug_bin: exec format error",
    "bad-cpu-type": "zsh: /usr/local/bin/dlv: bad CPU type in executable",
    "permission-denied": f"main.go:4:2: open {MOD}/example.com/aa@v1.0.0/aa.go: permission denied",
    "no-space": f"go: write {MOD}/cache/download/x.zip1.tmp: no space left on device",
    "no-locks": "go: RLock go.mod: no locks available",
    "two-collectors": "Conflicting collector combinations in option list; please refer to the release notes",
    "zgenerational": "Unrecognized VM option 'ZGenerational'",
    "unknown-vm-option": "Unrecognized VM option 'UseConcMarkSweepGC'",
    "ignored-vm-option": "OpenJDK 64-Bit Server VM warning: Ignoring option ZGenerational; support was removed in 24.0",
    "heap-contradiction": "Initial heap size set to a larger value than the maximum heap size",
    "invalid-size": "Invalid maximum heap size: -Xmx6gb",
    "malformed-option": "Missing +/- setting for VM option 'UseZGC'",
    "heap-not-reserved": "Could not reserve enough space for 67108864KB object heap",
    "checksum-mismatch": "verifying example.com/aa@v1.0.0/go.mod: checksum mismatch\n\tdownloaded: h1:aaa=\n"
    "\tgo.sum:     h1:bbb=\n\nSECURITY ERROR\n",
    "bad-zip": f"app imports\n\texample.com/aa: -> unzip {MOD}/cache/download/example.com/aa/@v/v1.0.0.zip: "
    "zip: not a valid zip file",
    "module-modified": f"example.com/aa v1.0.0: dir has been modified ({MOD}/example.com/aa@v1.0.0)",
    "missing-ziphash": "example.com/aa v1.0.0: missing ziphash: open /x.ziphash: no such file or directory",
    "go-mod-changed": "go: updating go.mod: existing contents have changed since last read",
    "go-mod-read-only": "go: updates to go.mod needed; to update it:\n\tgo mod tidy",
    "package-not-provided": "main.go:4:2: no required module provides package example.com/aa/sub; to add it:",
    "offline": "go: example.com/aa@v1.0.0: module lookup disabled by GOPROXY=off",
    "half-removed": f"go: remove {MOD}/cache/download/example.com/aa/@v/v1.0.0.partial: no such file or directory",
    "vcs-lock": f"fatal: Unable to create '{MOD}/cache/vcs/{HASH}/shallow.lock': File exists.",
    "vcs-damaged": f"fatal: not a git repository: '{MOD}/cache/vcs/{HASH}'",
    "missing-header": "main.go:4:11: fatal error: ffi.h: No such file or directory",
    "invalid-arch-name": "clang: error: invalid arch name '-arch amd64'",
    "arch-flag-elsewhere": "gcc: error: unrecognized command-line option '-arch'",
    "xcode-tool-missing": 'xcrun: error: unable to find utility "xcodebuild", not a developer tool or in PATH',
    "xcode-path-gone": "xcrun: error: invalid active developer path (/Library/Developer/CommandLineTools)",
    "wrong-assembler": "gcc_arm64.S:30: Error: no such instruction: `stp x29,x30,[sp,'",
    "no-c-compiler": 'cgo: C compiler "clang" not found: exec: "clang": executable file not found in $PATH',
    "cgo-off": f"build constraints exclude all Go files in {MOD}/github.com/mattn/go-sqlite3@v1.14.0",
    "pkg-config": "Package nosuchlib was not found in the pkg-config search path.",
    "dysymtab-warning": "ld: warning: '/tmp/000013.o' has malformed LC_DYSYMTAB, expected 98 undefined symbols",
    "lc-uuid": "dyld[123]: missing LC_UUID load command in /tmp/x",
    "build-cache-emptied": f"main.go:4:2: could not import bytes (open {ENTRY}: no such file or directory)",
    "package-not-in-std": "main.go:3:8: package errors is not in std (/usr/local/go/src/errors)",
    "no-build-cache": "build cache is required, but could not be located: GOCACHE is not an absolute path",
    "gopath-tilde": "go: GOPATH entry cannot start with shell metacharacter '~': \"~/x\"",
    "go-too-old": "go: go.mod requires go >= 1.99.1 (running go 1.27.3; GOTOOLCHAIN=local)",
    "version-mismatch": 'compile: version "go1.21.13" does not match go tool version "go1.22.1"',
    "no-module": "go: go.mod file not found in current directory or any parent directory; see 'go help modules'",
    "gopls-cache": "internal error reading shared cache: write /x: no space",
    "invalid-type-hash": "panic: types2: invalid type hash",
}
