"""Texts of Delve, whoever shows them: a shell, VS Code or GoLand.

Sources: go-delve/delve 1.27.2: pkg/proc/macutil/rosetta_darwin.go, pkg/proc/gdbserial/gdbserver.go,
pkg/goversion/compat.go, service/debugger; the texts of 1.20.2 are the same.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, says, text
from idecare.doctor.explain.inspect_programs import apple_silicon, delves, gos, program

DELVE = (
    KnownError(
        id="rosetta-shell",
        weight=95,
        texts=(text("check that the terminal/shell in use is right"),),
        meaning="This dlv is right, but what started it is not: the shell, terminal or IDE is an x86-64 program under "
        "Rosetta, so all that it starts is translated too.",
        why="macOS starts a universal program in the architecture of its parent; `uname -m` says x86_64 there.",
        fix="Get the arm64 build of the terminal or IDE (in Finder's Get Info no tick at 'Open using Rosetta'), and "
        "start "
        "a new shell; `arch -arm64 zsh` shows the difference at once.",
        checks=("arm64", "delve"),
        inspections=(apple_silicon, delves, gos),
    ),
    KnownError(
        id="rosetta",
        weight=94,
        texts=(
            text("can not run under Rosetta", r"can not run under Rosetta(?!, check that the terminal)", alone=False),
        ),
        meaning="The dlv that was started is itself an x86-64 program, run through Rosetta on Apple silicon, and Delve "
        "refuses that. The program that you debug is not at fault.",
        why="Such a dlv was built by an x86-64 Go, or brought by an x86-64 IDE. As long as that Go comes first, "
        "installing "
        "dlv again gives the same; and the debugged program would be x86-64 as well.",
        fix="Make the Go right first (`go env GOHOSTARCH` must say arm64; https://go.dev/dl, darwin-arm64), then "
        "go install github.com/go-delve/delve/cmd/dlv@latest, and restart the IDE.",
        checks=("arm64", "delve"),
        inspections=(apple_silicon, delves, gos),
    ),
    KnownError(
        id="delve-too-old",
        weight=90,
        texts=(
            text(
                "ersion of Delve is too old",
                r"ersion of Delve is too old(?: for Go version (?P<go>[\w.]+))?(?: \(maximum supported version "
                r"(?P<most>[\d.]+))?",
            ),
        ),
        meaning="This dlv does not know the Go that built the program[ ({go})|][: it debugs up to {most}|].",
        why="Delve reads what the compiler writes for debuggers, which changes with Go's releases. It reads the "
        "program, "
        "not at the go on PATH. Delve 1.N debugs up to Go 1.N.",
        fix="go install github.com/go-delve/delve/cmd/dlv@latest; GoLand's own dlv is updated with GoLand.",
        checks=("delve",),
        inspections=(delves,),
    ),
    KnownError(
        id="go-too-old-for-delve",
        weight=90,
        texts=(
            text(
                "is too old for this version of Delve",
                r"Go version (?P<go>[\w.]+) is too old for this version of Delve(?: \(minimum supported version "
                r"(?P<least>[\d.]+))?",
            ),
        ),
        meaning="The program was built with [Go {go}|a Go], which is older than this dlv still debugs.",
        why="Each Delve debugs about three releases of Go.",
        fix="Build with a supported Go, or install an older dlv next to it: "
        "GOBIN=$HOME/dlv-old go install github.com/go-delve/delve/cmd/dlv@v1.N.0 with N that of your Go.",
        checks=("delve", "go"),
        inspections=(delves, gos),
    ),
    KnownError(
        id="delve-dwarf-5",
        weight=90,
        texts=(text("To debug executables using DWARFv5 or later Delve must be built with"),),
        meaning="The dlv is new enough, but it was built with a Go older than 1.25, whose library reads no DWARF 5.",
        why="Programs of Go 1.25 and later carry DWARF 5; what a dlv can read comes from the Go that built it.",
        fix="Build it again with the newer Go: go install github.com/go-delve/delve/cmd/dlv@latest",
        checks=("delve",),
        inspections=(delves, gos),
    ),
    KnownError(
        id="no-debugserver",
        weight=85,
        texts=(text("debugserver or lldb-server not found"),),
        meaning="Apple's debugserver is missing, which dlv works through on a Mac.",
        why="It comes with Apple's command line tools, not with Delve. dlv itself needs no code signing.",
        fix="xcode-select --install",
        checks=("delve", "cgo"),
    ),
    KnownError(
        id="debugserver-ended",
        weight=60,
        texts=(text("stub exited while"),),
        meaning="Apple's debugserver was started and ended at once: not allowed to debug, or of the wrong "
        "architecture.",
        why="Without developer mode macOS asks for a password each time, and refuses where nobody can answer.",
        fix="sudo /usr/sbin/DevToolsSecurity -enable; if 'Rosetta' is in the text as well, correct that first.",
        checks=("delve", "arm64"),
        inspections=(delves,),
    ),
    KnownError(
        id="ptrace-scope",
        weight=85,
        texts=(
            text(
                "this could be caused by a kernel security setting",
                r"Could not attach to pid (?P<pid>\d+): this could be caused by a kernel security setting",
            ),
        ),
        meaning="Linux (Yama) lets a debugger attach to its own children only. Starting a program under dlv works.",
        why="/proc/sys/kernel/yama/ptrace_scope is 1 on Debian, Ubuntu and others; it concerns attaching alone.",
        fix="For this session: echo 0 | sudo tee /proc/sys/kernel/yama/ptrace_scope; or start the program with dlv.",
        checks=("delve",),
    ),
    KnownError(
        id="no-debug-info",
        weight=82,
        texts=(
            text("could not open debug info"),
            text("executable file does not contain DWARF"),
            text("debuggee is stripped"),
            text("no debug info found"),
        ),
        meaning="The program has nothing for a debugger to read: it was linked without debug information.",
        why="-ldflags='-s -w' (also in a Makefile, GOFLAGS or the IDE's Go tool arguments) and strip remove it; go "
        "run and, "
        "without -gcflags, go test keep little.",
        fix="Build without -s and -w: go build -gcflags='all=-N -l'; with {unset} if they come from GOFLAGS.",
        checks=("delve",),
        settings=("GOFLAGS",),
    ),
    KnownError(
        id="attach-not-permitted",
        weight=84,
        texts=(
            says("could not attach to pid {pid}: operation not permitted"),
            text(
                "could not launch process: fork/exec",
                r"could not launch process: fork/exec (?P<program>\S+): operation not permitted",
                False,
            ),
            text("ptrace: operation not permitted"),
        ),
        meaning="The system does not let dlv trace [process {pid}|the process].",
        why="In a container the default rules forbid ptrace; outside, the process belongs to another user or "
        "ptrace_scope "
        "is above 0.",
        fix="docker run --cap-add=SYS_PTRACE --security-opt seccomp=unconfined; outside: start the program with dlv, "
        "or see "
        "/proc/sys/kernel/yama/ptrace_scope.",
        checks=("delve/ptrace",),
        hides=("ptrace-scope",),
    ),
    KnownError(
        id="delve-not-main",
        weight=50,
        texts=(text("an not debug non-main package"),),
        meaning="The folder that dlv was given is no `package main`, so there is no program to start.",
        why="A library has no entry point.",
        fix="Debug the folder with the main package, or a test of this one: dlv test.",
    ),
    KnownError(
        id="not-an-executable",
        weight=50,
        texts=(text("could not launch process: not an executable file"),),
        meaning="What dlv was to start is a program for another system, or none: mostly GOOS is set.",
        why="dlv reads the file's header before it starts it.",
        fix="See `go env GOOS GOARCH`; build without them.",
        checks=("go",),
        settings=("GOOS", "GOARCH"),
    ),
    KnownError(
        "attach-to-other-user",
        84,
        (says("ould not attach to pid {pid}: current user does not own the process"),),
        "Process {pid} is another user's, and the system lets only its owner (or root) debug it.",
        "dlv looks at the owner once the kernel has refused (service/debugger/debugger_linux.go).",
        "Run dlv as that user, with sudo, or in the container that the process runs in.",
        checks=("delve/ptrace",),
    ),
    KnownError(
        "attach-already-traced",
        84,
        (says("ould not attach to pid {pid}: already being debugged by pid {other}"),),
        "Process {pid} has a debugger already: process {other}.",
        "The kernel allows one at a time; strace counts too.",
        "End the other debug session, or process {other}; an IDE that crashed may have left its dlv.",
    ),
    KnownError(
        "delve-same-user-only",
        82,
        (
            text("connections to localhost are only accepted from the same UNIX user"),
            says("connection from different user (remote: {other}, local: {own}) detected"),
        ),
        "A headless dlv closed the connection: the IDE or client runs as another user.",
        "On this machine dlv accepts only its own user (--only-same-user, on by default).",
        "Run both as one user; in a container start dlv with --only-same-user=false, with its port on 127.0.0.1 only.",
        checks=("delve",),
    ),
    KnownError(
        "delve-architecture",
        84,
        (text("unsupported architecture of", r"unsupported architecture of (?P<platform>\w+/\S+) - only", False),),
        "Delve cannot debug programs for {platform}.",
        "It reads registers and stacks for the processors that the text lists.",
        "Build the program for one of those: see `go env GOARCH`, and unset it where it was set for a cross build.",
        checks=("go", "delve"),
        settings=("GOARCH", "GOOS"),
    ),
    KnownError(
        "debugged-program-not-startable",
        66,
        (
            says("could not launch process: fork/exec {program}: permission denied"),
            text("is not executable", r"(?m)^(?P<program>\S+) is not executable$", False),
        ),
        "dlv may not start {program}: it is not executable, or it lies on a file system that is mounted noexec.",
        "dlv debug builds __debug_bin in the working folder; shared folders of virtual machines and some /tmp are "
        "noexec.",
        "See `ls -l {program}` and `findmnt -T {program}`; let dlv write elsewhere: dlv debug --output /FOLDER/NAME.",
        checks=("delve", "go/temp-folder"),
        inspections=(program,),
    ),
    KnownError(
        "delve-no-terminal",
        62,
        (
            text("is not a terminal, use '-r' to specify redirects"),
            text("could not set controlling process: inappropriate ioctl for device"),
        ),
        "dlv was started without a terminal, as tasks of an IDE and CI steps are.",
        "Its prompt needs one, and so does a program that reads the keyboard.",
        "dlv --headless --listen=127.0.0.1:PORT with the IDE's remote configuration; or -r to redirect, as the text "
        "says.",
        checks=("delve",),
    ),
    KnownError(
        "breakpoint-place-unknown",
        44,
        (
            says("could not find statement at {path}:{line}, please use a line with a statement"),
            says("could not find statement at {path}:{line}, binary is stripped"),
            says("could not find file {path}, binary is stripped"),
            text("could not find file ", r"(?m)could not find file (?P<path>/[^\s,]+)\s*$", False),
        ),
        "The program that is debugged has no code at [{path}:{line}|{path}].",
        "It was built from another folder (a container, -trimpath, a link), from other sources, without that file, or "
        "stripped; or the line holds no statement.",
        'Build it again without -trimpath and -ldflags=-s; map the folders: "substitutePath" in launch.json, path '
        "mappings in GoLand.",
        checks=("delve",),
        settings=("GOFLAGS",),
    ),
    KnownError(
        "debugged-code-optimised",
        40,
        (
            says("can not call optimized function {function}"),
            text("Warning: debugging optimized function"),
        ),
        "The program was built with the compiler's optimisations: lines jump, and variables are missing.",
        "dlv debug turns them off by itself; a program that was built before, or is attached to, has them.",
        "Build it with -gcflags='all=-N -l'.",
        checks=("delve",),
        settings=("GOFLAGS",),
    ),
)
