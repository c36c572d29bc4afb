"""Texts of GoLand and other JetBrains IDEs, of their launcher, and of VS Code and its Go extension about themselves.

Sources: JetBrains' native launcher (XPlat) and IntelliJ Platform 2024.3 to 2026.1 texts, VS Code's documentation of its
file watcher, as quoted in YouTrack and the issues named.
"""

from __future__ import annotations

from idecare.doctor.explain.base import KnownError, says, text
from idecare.doctor.explain.errors_jvm import heap_options

IDE = (
    KnownError(
        "ide-no-runtime",
        92,
        (
            text("No JDK found. Please validate either"),
            text("No JRE found. Please make sure"),
            text("Runtime not found"),
            says("'{name}' environment variable points to an invalid location"),
            text("Cannot find a runtime"),
        ),
        "The launcher found no Java runtime to start the IDE with.",
        "It takes that of a variable (GOLAND_JDK, JDK_HOME, JAVA_HOME of old scripts), of goland.jdk in the "
        "configuration "
        "folder, or the bundled jbr folder, which a broken update or a copy without it leaves out.",
        "idecare jbr list shows what there is, idecare jbr reset goes back to the bundled one; else install the IDE "
        "again.",
        checks=("goland/start", "goland/runtime"),
    ),
    KnownError(
        "ide-runtime-not-loaded",
        91,
        (
            says("Failed to load 'libjvm.so'"),
            says("Failed to load 'libjli.dylib'"),
            says("Failed to load 'jvm.dll'"),
        ),
        "The launcher found a Java runtime and cannot load it: it is not whole, or for another processor than the "
        "launcher.",
        "The first that counts is GOLAND_JDK, then goland.jdk in the configuration folder, then the bundled jbr "
        "folder.",
        "idecare jbr check says which it is and what is wrong with it; idecare jbr reset goes back to the bundled one.",
        checks=("goland/start", "goland/runtime", "arm64"),
        reference="JetBrains/intellij-community, native/XPlatLauncher/src/java.rs",
    ),
    KnownError(
        "ide-install-broken",
        91,
        (
            says("Cannot find a directory with a product descriptor near '{path}'"),
            says("Malformed product descriptor ({reason})"),
        ),
        "The launcher does not find the IDE that it belongs to: no usable product-info.json lies [above {path}|above "
        "it].",
        "A launcher that was copied or hard-linked out of its bin folder, or an install that is not whole.",
        "Start the IDE by its own bin folder or by a symbolic link to it; else install it again.",
        checks=("goland/start",),
        reference="JetBrains/intellij-community, native/XPlatLauncher/src/default.rs",
    ),
    KnownError(
        "ide-options-unreadable",
        91,
        (
            says("Invalid character ('\\0') found in VM options file: {path}"),
            text(
                "Cannot read: ",
                r'Cannot read: "(?P<path>[^"\n]+\.vmoptions)"[^\n]*\n\s*(?:1: )?stream did not contain valid UTF-8',
                False,
            ),
        ),
        "The launcher cannot read the VM options in {path}: the file is not UTF-8 text.",
        "A crash or a full disk leaves NULs in a file; some editors of Windows save UTF-16 or an old code page.",
        "Write it again as UTF-8, or remove it if it is your own; the IDE then starts with the options it comes with.",
        checks=("goland/options-file",),
        reference="JetBrains/intellij-community, native/XPlatLauncher/src/default.rs",
    ),
    KnownError(
        "ide-java-too-old",
        92,
        (
            says("Cannot start under Java {java}: Java {wanted} or later is required"),
            text(
                "has been compiled by a more recent version of the Java Runtime",
                r"class file version (?P<wanted>\d+)\.\d+\), this version of the Java Runtime only recognizes class "
                r"file versions up to (?P<java>\d+)",
                True,
            ),
            text("java.lang.UnsupportedClassVersionError"),
        ),
        "The IDE was started with a Java that is too old for it[: {java}, and it wants {wanted}|].",
        "A goland.jdk, a GOLAND_JDK variable or a script chose another runtime than the one that comes with the IDE.",
        "idecare jbr reset (or idecare jbr use with a newer one); unset GOLAND_JDK.",
        checks=("goland/runtime", "goland/runtime-choice"),
    ),
    KnownError(
        "ide-index-corrupted",
        70,
        (
            text("Index data is corrupted"),
            text("com.intellij.util.indexing.StorageException"),
            says("FileBasedIndexImpl - Rebuild requested for index {name}"),
            text("com.intellij.util.io.CorruptedException"),
            text("PersistentEnumeratorBase$CorruptedException"),
            text("PersistentFSImpl - VFS is corrupted"),
            text("VFS is corrupted"),
            text("Indexes are corrupted"),
        ),
        "The IDE's index of your files is damaged; your files are not.",
        "The IDE was ended hard, the disk was full, or two programs used its system folder.",
        "Close the IDE, then `idecare clean goland` (the index only; Local History stays), or File, Repair IDE.",
        checks=("goland", "caches/disk"),
    ),
    KnownError(
        "ide-watch-limit",
        66,
        (
            text("The current inotify(7) watch limit is too low"),
            text("External file changes sync might be slow"),
            text("inotify watch limit reached"),
            text("unable to watch for file changes in this large workspace"),
            text("User limit of inotify watches reached"),
            text("no space left on device, watch"),
            text("ENOSPC: System limit for number of file watchers reached"),
            text("inotify_add_watch: no space left on device"),
            text("inotify_init: too many open files"),
        ),
        "Linux gives this user too few file watches, so the IDE sees changes late. The disk is not full.",
        "Each folder takes a watch of each program (fs.inotify.max_user_watches); IDEs, sync programs and containers "
        "share "
        "them.",
        "echo fs.inotify.max_user_watches=1048576 | sudo tee /etc/sysctl.d/60-ide.conf && sudo sysctl --system",
        hides=("no-space", "too-many-open-files"),
        checks=("goland", "vscode"),
    ),
    KnownError(
        "ide-already-running",
        72,
        (
            says("Process {pid} is still running and does not respond"),
            text("Cannot connect to already running IDE instance"),
            text("com.intellij.platform.ide.bootstrap.DirectoryLock$CannotActivateException"),
            text("CannotActivateException: Process"),
        ),
        "The IDE runs already, or did and left its lock: [process {pid}|the process that the text names] does not "
        "answer.",
        "A hung or invisible window, another user's session, or a system folder on a share that another machine uses.",
        "End [process {pid}|that process] if it hangs; if there is none, remove the .lock file in the IDE's "
        "configuration and "
        "system folder.",
        checks=("goland",),
    ),
    KnownError(
        "ide-out-of-memory",
        74,
        (
            text("java.lang.OutOfMemoryError: Java heap space"),
            text("java.lang.OutOfMemoryError: Metaspace"),
            text("java.lang.OutOfMemoryError: GC overhead limit exceeded"),
            text("The IDE is running low on memory"),
            text("Low Memory\n"),
        ),
        "The IDE has used up the memory that its options allow (-Xmx, 2048m by default).",
        "Large modules, many plugins, several projects in one IDE.",
        "idecare configure --ide goland --profile large-module raises -Xmx within this machine's memory, shown as a "
        "diff.",
        checks=("goland/heap",),
        inspections=(heap_options,),
    ),
    KnownError(
        "code-cache-full",
        60,
        (text("CodeCache is full. Compiler has been disabled"),),
        "The JVM has no room left for compiled code, and goes on slowly.",
        "-XX:ReservedCodeCacheSize was set below the IDE's default of 512m.",
        "Remove that line, or set -XX:ReservedCodeCacheSize=512m or more.",
        checks=("goland/options-file", "goland"),
        guards=(lambda words: True,),
    ),
    KnownError(
        "goland-goroot",
        64,
        (
            text("GOROOT is not defined"),
            text("Cannot find GOROOT"),
            text("The selected directory is not a valid home for Go SDK"),
            text("Go SDK is not configured"),
            text("Unpacked SDK is corrupted"),
        ),
        "GoLand has no Go for this project, or the folder that it names is none (any more).",
        "The path was a version that a manager or Homebrew removed at an update; GoLand wants the folder with bin/go "
        "and a "
        "VERSION file (Homebrew: …/libexec).",
        "Settings, Go, GOROOT: choose one of those that `idecare locate installs` lists.",
        checks=("go/installs", "go/goroot"),
    ),
    KnownError(
        "ide-fetching-modules",
        40,
        (
            text("Failed to load Go modules"),
            text("Fetching dependencies failed"),
            text("go list -modfile"),
            text("Cannot sync Go modules"),
        ),
        "The IDE ran `go list` for your module, and go failed; its own line below says why.",
        "The IDE's go, its environment (GOPROXY, GOFLAGS, PATH) or GOROOT may be another than your shell's.",
        "Run `go list -m all` in that folder in a terminal of the IDE; paste what it says.",
        checks=("go", "go/installs"),
        is_general=True,
    ),
    KnownError(
        "remote-server-download",
        50,
        (
            text("Failed to download VS Code Server"),
            text("Could not establish connection to", r'Could not establish connection to "(?P<host>[^"\n]+)"', False),
            text("Failed to set up socket for dynamic port forward"),
        ),
        "The remote window could not be set up: the server part of the editor is not on the other machine.",
        "The other machine has no way to the network, no room, or another libc (glibc 2.28 or later is needed since "
        "1.99).",
        "See the output `Remote - SSH`; remove ~/.vscode-server there and connect again.",
        checks=("vscode",),
    ),
    KnownError(
        "extension-go-too-old",
        62,
        (
            says("Go {go} or newer is needed"),
            says("Using Go version {go} which is no longer supported"),
            says("The Go extension needs {language}"),
            text("Go version used to install tools is too old", alone=True),
        ),
        "The Go extension wants a newer Go than it finds[: {go}|].",
        "It installs gopls and dlv with the go of its PATH (go.toolsManagement.go names another for this alone).",
        "Update that Go, or set go.toolsManagement.go to a newer one.",
        checks=("go/support", "vscode"),
    ),
)
