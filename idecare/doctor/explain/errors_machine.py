"""Texts about the machine that builds: memory, temp folders, users without a home, containers, emulation, CI caches.

Sources: runtime and os/exec of go1.26.8, the kernel's errors, Docker, QEMU, tar, actions/setup-go as quoted in issues.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, says, text
from idecare.doctor.explain.inspect_machine import limits, memory, mount_options

MACHINE = (
    KnownError(
        "no-home-for-caches",
        90,
        (
            says("failed to initialize build cache at {dir}: {reason}"),
            says("disabling cache ({dir}) due to initialization failure: {reason}"),
            text("mkdir /.cache: permission denied"),
            text("mkdir /.config: permission denied"),
            text("mkdir /nonexistent", r"mkdir /nonexistent\S*: permission denied", False),
            text("neither $XDG_CACHE_HOME nor $HOME are defined"),
            text("mkdir /github/home: permission denied"),
        ),
        "The user who runs go has no home that it may write[: go wants {dir}|], so there is no build cache.",
        "Usual in containers that are run with a number for a user (--user 1000, OpenShift) or in services: HOME is "
        "/ or not "
        "set.",
        "Give the process a HOME, or GOCACHE=/tmp/go-build (and GOMODCACHE, GOPATH) in its environment; in a "
        "Dockerfile by ENV, "
        "or -e HOME=/tmp.",
        checks=("go/cache-places", "go/owners"),
        settings=("GOCACHE", "XDG_CACHE_HOME"),
        hides=("no-build-cache", "permission-denied"),
        reference="golang/go#45446",
    ),
    KnownError(
        "temp-folder-noexec",
        87,
        (
            text(
                "permission denied",
                r"(?:fork/exec|exec:?) (?P<path>(?:/tmp|/var/tmp|/private/tmp|\S*)/go-build\d+/\S+?): permission "
                r"denied",
                alone=False,
            ),
        ),
        "go built the program in the temp folder and may not start it there: {path}. The temp folder is mounted "
        "noexec, or a "
        "security program forbids it.",
        "go run, go test and go generate start programs from $GOTMPDIR, else from the temp folder.",
        "GOTMPDIR=$HOME/tmp (make the folder first), or mount the temp folder with exec: docker run --tmpfs /tmp:exec.",
        checks=("go/temp-folder",),
        settings=("GOTMPDIR",),
        inspections=(mount_options,),
        hides=("permission-denied",),
        reference="golang/go#52569",
    ),
    KnownError(
        "work-folder-not-made",
        82,
        (says("creating work dir: {reason}"), says("go: cannot create {dir} work dir: {reason}")),
        "go cannot make its work folder: {reason}.",
        "It is made in $GOTMPDIR, else in the temp folder of the system (TMPDIR).",
        "Make that folder, or {unset}.",
        checks=("go/temp-folder",),
        settings=("GOTMPDIR",),
        inspections=(mount_options,),
    ),
    KnownError(
        "out-of-memory",
        88,
        (
            text(
                "signal: killed",
                r"(?:(?P<tool>compile|link|asm|cgo|vet|gopls|golangci-lint|go build|go test)\S*: )?signal: killed",
                True,
            ),
            text("fatal error: runtime: out of memory"),
            text("runtime: cannot allocate memory"),
            text("fork/exec", r"fork/exec (?P<path>\S+): cannot allocate memory", False),
            text("exited with code 137"),
            text("exit code: 137"),
            text("exit code 137"),
            text("did not complete successfully: exit code: 137"),
            text("virtual memory exhausted: Cannot allocate memory"),
            text("collect2: fatal error: ld terminated with signal 9"),
        ),
        "The kernel ended [{tool}|a process of the build] because the machine, container or job ran out of memory.",
        "go compiles as many packages at once as there are processors; the linker of a large program alone takes "
        "gigabytes. "
        "Docker Desktop's machine has its own, smaller memory.",
        "Fewer at once: GOFLAGS=-p=2 (or GOMAXPROCS=2), GOMEMLIMIT for gopls; or more memory for the container, the "
        "Docker "
        "machine or the CI job.",
        checks=("caches/disk",),
        inspections=(memory,),
        reference="golang/go#50788",
    ),
    KnownError(
        "qemu-crash",
        87,
        (
            text("qemu: uncaught target signal"),
            text("qemu: Unsupported syscall"),
            text("runtime: lfstack.push invalid packing"),
            text("qemu-x86_64: Could not open"),
            text("qemu-aarch64: Could not open"),
        ),
        "Go ran under QEMU, for another processor than this machine has, and the emulator failed. The code is not at "
        "fault.",
        "`docker build --platform` (or an image for the other processor) runs the whole compiler in emulation.",
        "Build on the machine's own processor and let Go cross-compile: FROM --platform=$BUILDPLATFORM golang, then "
        "GOOS=$TARGETOS "
        "GOARCH=$TARGETARCH go build.",
        checks=("cgo/dockerfile-emulated",),
        reference="golang/go#69255",
    ),
    KnownError(
        "rosetta-in-docker",
        84,
        (text("rosetta error:"),),
        "An x86-64 program ran under Rosetta (Docker Desktop's or the Mac's), which failed.",
        "The image or the program is for amd64, the machine is arm64.",
        "Use an arm64 image (--platform linux/arm64), or build the program for arm64.",
        checks=("cgo/dockerfile-emulated", "arm64/chain"),
    ),
    KnownError(
        "cache-restore-collides",
        62,
        (
            text(
                "Cannot open: File exists",
                r"(?:tar: )?(?P<path>\S*(?:pkg/mod|go-build)\S*): Cannot open: File exists",
                False,
            ),
            text('Failed to restore: "/usr/bin/tar" failed'),
            text("Failed to restore: Tar failed"),
        ),
        "A CI cache was unpacked over a module cache that was already there; read-only files of go's are not "
        "overwritten. "
        "Builds go on, slower.",
        "setup-go restores a cache of its own since v4; a second cache step (or a container with modules) collides "
        "with it.",
        "Keep one of them: `cache: false` in setup-go, or remove the other step; golangci-lint-action has skip-cache.",
        reference="actions/setup-go#403",
    ),
    KnownError(
        "setup-go-no-go-sum",
        50,
        (
            says("Restore cache failed: Dependencies file is not found in {dir}"),
            text("Dependencies file is not found in"),
        ),
        "Only a note: setup-go found no go.sum at the top of the repository, so nothing is cached.",
        "The module is in a subfolder.",
        "cache-dependency-path: FOLDER/go.sum in the setup-go step.",
        reference="actions/setup-go#427",
    ),
    KnownError(
        "threads-refused",
        80,
        (
            text("runtime/cgo: pthread_create failed"),
            text("runtime: failed to create new OS thread"),
            text("pthread_create failed: Resource temporarily unavailable"),
        ),
        "The system gave the process no further thread: a limit of processes (ulimit -u, pids of a cgroup), or an "
        "old Docker "
        "whose seccomp rules forbid clone3.",
        "Go needs a thread for each blocked call; images with glibc 2.34 and later fail at once under Docker before "
        "20.10.10.",
        "Raise the limit (--pids-limit, ulimit -u), or update Docker; --security-opt seccomp=unconfined shows "
        "whether it is "
        "that.",
        inspections=(limits,),
        reference="golang/go#57051",
    ),
    KnownError(
        "too-many-open-files",
        78,
        (text("too many open files"),),
        "A process reached the limit of open files.",
        "macOS gives 256 to programs that are started from the dock; watchers and language servers of large modules "
        "open "
        "thousands.",
        "ulimit -n 10240 in the shell that starts it (macOS: sudo launchctl limit maxfiles 65536 200000).",
        inspections=(limits,),
        checks=("goland", "vscode"),
        reference="golang/go#46279",
    ),
    KnownError(
        "text-file-busy",
        58,
        (text("text file busy"),),
        "A program file was started while somebody still had it open for writing.",
        "Known of fork and exec in programs with threads (golang/go#22315); also of a running program that is "
        "overwritten, and of "
        "shared folders of virtual machines.",
        "Run it again; stop the old program before it is replaced, or build under another name and rename.",
        reference="golang/go#22315",
    ),
    KnownError(
        "read-only-file-system",
        78,
        (says("{path}: read-only file system"),),
        "{path} lies on a file system that is mounted read-only.",
        "Containers with --read-only, Nix and Bazel sandboxes, a disk that the kernel remounted after an error.",
        "Move go's folders to one that may be written: GOCACHE, GOMODCACHE, GOTMPDIR.",
        checks=("go/cache-places", "go/file-systems"),
        inspections=(mount_options,),
        settings=("GOCACHE", "GOMODCACHE", "GOTMPDIR"),
    ),
    KnownError(
        "quota",
        84,
        (text("disk quota exceeded"), text("Disk quota exceeded")),
        "Your quota on this disk is used up; the disk itself may have room.",
        "go, gopls and IDEs keep caches of gigabytes in the home folder.",
        "`idecare usage` shows what takes how much; GOCACHE and GOMODCACHE can lie on a disk without quota.",
        checks=("caches/disk", "caches/size"),
    ),
    KnownError(
        "path-too-long",
        66,
        (text("file name too long"), text("The filename or extension is too long"), text("argument list too long")),
        "A path or a command line is longer than the system allows.",
        "Windows without long paths allows 260 characters; deep module caches and test names reach that.",
        "A shorter GOMODCACHE and work folder (C:\\go), and on Windows: git config --global core.longpaths true "
        "and long paths "
        "enabled.",
        settings=("GOMODCACHE",),
    ),
    KnownError(
        "port-in-use",
        40,
        (
            says("listen tcp {host}: bind: address already in use"),
            text("bind: address already in use"),
            text("Only one usage of each socket address"),
        ),
        "Another process listens at [{host}|that port]; often the last run of the same program, or a dlv that was "
        "left behind.",
        "A debugger that is ended hard leaves its program running.",
        "End that process (lsof -i :PORT), or use another port.",
    ),
    KnownError(
        "test-timed-out",
        36,
        (text("panic: test timed out after", r"panic: test timed out after (?P<time>[\w.]+)", False),),
        "A test did not end within {time}; go stopped it and printed where each goroutine was.",
        "The default is 10 minutes for a package; a lock, a missing answer from the network, or a slow machine.",
        "Read the goroutine that runs the test in the print-out; raise it with -timeout only if it is really slow.",
    ),
    KnownError(
        "plugin-version",
        52,
        (says("plugin was built with a different version of package {package}"),),
        "The plugin and the program were not built alike: {package} differs.",
        "Both must come from the same Go, the same versions of all modules, the same flags (-trimpath too) and tags.",
        "Build both in one step with one go.mod.",
    ),
)
