"""The keys known to idecare as of KNOWN_AS_OF, so that a misspelt one is found before an IDE ignores it.

Sources: jetbrains.com/help/go (tuning the IDE, directories), HotSpot's globals.hpp of JDK 17 to 25. What VS Code's Go
extension and gopls know is in go_extension and gopls_settings.
"""

from __future__ import annotations

from idecare.core.errors import nearest
from idecare.core.language import mark, tr
from idecare.formats.jvm_options import ADDING_FLAGS, COLLECTORS, flag_name

KNOWN_AS_OF = "2026-11"

# Editor settings that Go developers set in addition to those of the extension.
EDITOR = frozenset(
    "editor.codeActionsOnSave editor.defaultFormatter editor.formatOnSave editor.insertSpaces editor.tabSize "
    "editor.detectIndentation editor.semanticHighlighting.enabled editor.inlayHints.enabled files.associations "
    "files.eol files.exclude files.insertFinalNewline files.maxMemoryForLargeFilesMB files.trimTrailingWhitespace "
    "files.watcherExclude search.exclude search.followSymlinks search.useIgnoreFiles "
    "settingsSync.ignoredSettings terminal.integrated.env.linux terminal.integrated.env.osx "
    "terminal.integrated.env.windows extensions.autoUpdate extensions.autoCheckUpdates telemetry.telemetryLevel".split()
)
# Objects of the editor; those of the Go extension are in its manifest.
EDITOR_OBJECTS = frozenset(
    {"files.associations", "files.exclude", "files.watcherExclude", "search.exclude", "editor.codeActionsOnSave"}
    | {"terminal.integrated.env.linux", "terminal.integrated.env.osx", "terminal.integrated.env.windows"}
)
PROPERTIES = frozenset(
    "idea.config.path idea.system.path idea.plugins.path idea.log.path index_root_path idea.max.intellisense.filesize "
    "idea.max.content.load.filesize idea.cycle.buffer.size idea.no.launcher idea.dynamic.classpath "
    "idea.popup.weight idea.fatal.error.notification idea.filewatcher.disabled idea.filewatcher.executable.path "
    "idea.case.sensitive.fs idea.smooth.progress idea.xdebug.key ide.no.platform.update dlv.path "
    "dlv.native.backend".split()
)
FLAGS = (
    COLLECTORS
    | ADDING_FLAGS
    | frozenset(
        "ZGenerational MaxHeapSize InitialHeapSize ThreadStackSize ReservedCodeCacheSize InitialCodeCacheSize "
        "SoftRefLRUPolicyMSPerMB CICompilerCount MaxRAMPercentage MinRAMPercentage InitialRAMPercentage "
        "MaxMetaspaceSize MetaspaceSize HeapDumpOnOutOfMemoryError HeapDumpPath ErrorFile OmitStackTraceInFastThrow "
        "UseStringDeduplication UseCompactObjectHeaders UseCompressedOops MaxGCPauseMillis ParallelGCThreads "
        "ConcGCThreads "
        "G1HeapRegionSize G1PeriodicGCInterval InitiatingHeapOccupancyPercent MaxHeapFreeRatio MinHeapFreeRatio "
        "JbrShrinkingGcMaxHeapFreeRatio SoftMaxHeapSize ZUncommit ZUncommitDelay ZCollectionInterval "
        "ZAllocationSpikeTolerance ShenandoahGCHeuristics DisableExplicitGC ExplicitGCInvokesConcurrent AlwaysPreTouch "
        "UseLargePages UseTransparentHugePages UseNUMA TieredCompilation TieredStopAtLevel TieredOldPercentage "
        "UnlockDiagnosticVMOptions UnlockExperimentalVMOptions IgnoreUnrecognizedVMOptions MaxJavaStackTraceDepth "
        "ExitOnOutOfMemoryError CrashOnOutOfMemoryError UsePerfData PerfDisableSharedMem UseContainerSupport "
        "ActiveProcessorCount MaxDirectMemorySize NewSize MaxNewSize NewRatio SurvivorRatio".split()
    )
)
# Words of blogs that no program reads, and what does the work.
MISNOMERS = {
    "go.delvePath": tr("the Go extension has never read go.delvePath. Use go.alternateTools/dlv."),
    "go.useGoProxyToCheckForToolUpdates": tr("use go.toolsManagement.checkForUpdates."),
}
TOOLS_ENVIRONMENT = "go.toolsEnvVars"
TOOLS = "go.alternateTools"
GOROOT = "go.goroot"
BUILD_FLAGS = "go.buildFlags"
GOPLS = "gopls"
DEEP = (GOPLS, "go.delveConfig")  # objects whose members have no slash in their names


def setting_path(key: str) -> tuple[str, ...]:
    """The path of a setting in settings.json: ``go.alternateTools/dlv``, ``[go]/editor.tabSize``.

    The first slash ends the setting's own name; in gopls' and Delve's objects, whose names have none, every slash
    goes one level down. ``files.exclude/**/dist`` has one member, ``**/dist``. ``gopls.env`` is ``gopls/env``.
    """
    section, _, rest = key.partition("/")
    if section.startswith("[") and section.endswith("]") and rest:
        return (section, *setting_path(rest))
    setting, slash, member = key.partition("/")
    if not slash:
        return (GOPLS, setting.removeprefix(f"{GOPLS}.")) if setting.startswith(f"{GOPLS}.") else (setting,)
    return (setting, *member.split("/")) if setting in DEEP else (setting, member)


def setting_problem(key: str) -> str | None:
    """Why neither VS Code's Go extension nor the editor would know ``key``; ``None`` when one does."""
    from idecare.vscode.go_extension import manifest_of

    if key in MISNOMERS:
        return MISNOMERS[key]
    setting, *members = setting_path(key)
    if setting.startswith("[") and members:
        return setting_problem(key.partition("/")[2])
    known = manifest_of().settings
    if setting not in known and setting not in EDITOR:
        return _unknown_setting(setting)
    if not all(members):
        return tr("no member is named after a slash")
    if members and not is_object(setting):
        return tr("'{setting}' is not an object, so it has no members", setting=setting)
    if setting == GOPLS and members:
        return _gopls_problem(members[0])
    names = known[setting].members if setting in known else frozenset()
    if names and members and members[0] not in names:
        return _unknown_member(setting, members[0], names)
    return None


def is_object(setting: str) -> bool:
    """Whether a setting has members, which VS Code joins over its files."""
    from idecare.vscode.go_extension import manifest_of

    found = manifest_of().settings.get(setting)
    return setting in EDITOR_OBJECTS or (found is not None and found.facts.get("type") == "object")


def _unknown_setting(setting: str) -> str:
    from idecare.vscode.go_extension import lifetime, manifest_of, releases

    if span := lifetime(setting):
        following = releases()[releases().index(span[1]) + 1]
        text = mark("the Go extension {last} has '{setting}', {following} has it no more")
        return tr(text, last=span[1], setting=setting, following=following)
    names = EDITOR | manifest_of().settings.keys()
    return tr("there is no setting '{setting}' known to idecare.", setting=setting) + nearest(setting, names)


def property_problem(key: str) -> str | None:
    """Why no IDE is known to read ``key`` in idea.properties; ``None`` when one does."""
    if key in PROPERTIES:
        return None
    return tr("there is no idea.properties key '{key}' known to idecare.", key=key) + nearest(key, PROPERTIES)


def option_problem(option: str) -> str | None:
    """Why ``option`` may be misspelt: a flag whose name is not known. What is no flag is for the JVM to judge."""
    name = flag_name(option)
    if name is None and option.startswith("-XX:"):
        return tr("it is no flag: write -XX:+Name, -XX:-Name or -XX:Name=value")
    if name is None or name in FLAGS:
        return None
    return tr("there is no flag '{name}' known to idecare.", name=name) + nearest(name, FLAGS)


def is_property(key: str) -> bool:
    """Whether ``key`` belongs into idea.properties, not into VS Code's settings."""
    return key in PROPERTIES or key.startswith(("idea.", "ide.", "dlv."))


def _gopls_problem(member: str) -> str | None:
    from idecare.vscode.gopls_settings import complaint, lifetime, setting_name, settings_of

    if lifetime(setting_name(member)):
        return None
    known = settings_of(None)
    if setting_name(member) in known:
        return tr("gopls ignores it: {message}", message=complaint(member, None, None))
    names = {setting.dotted for setting in known.values() if not setting.hidden} | known.keys()
    return _unknown_member(GOPLS, member, frozenset(names))


def _unknown_member(setting: str, member: str, names: frozenset[str]) -> str:
    text = mark("'{setting}' has no member '{member}' known to idecare.")
    return tr(text, setting=setting, member=member) + nearest(member, names)
