"""The parts of a snapshot that IDEs and their debuggers consist of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from idecare.core.locations import Install
from idecare.doctor.snapshot.base import SnapshotReader, part

if TYPE_CHECKING:
    from idecare.configure.machine import Gopls
    from idecare.golang.delve import Verdict
    from idecare.golang.developer_tools import Debugging
    from idecare.jetbrains.config_files import JetbrainsTarget
    from idecare.jetbrains.folders import Version
    from idecare.jetbrains.jvm.dry_start import Proof
    from idecare.jetbrains.locations import CrashFile, Leftover
    from idecare.jetbrains.runtime_verdict import Needs, RuntimeFacts
    from idecare.system.files import ConfigFile
    from idecare.vscode.config_files import VscodeTarget
    from idecare.vscode.go_extension import Manifest


class IdeParts(SnapshotReader):
    @part
    def delves(self) -> tuple[Verdict, ...]:
        """Every dlv in the order in which VS Code's Go extension looks."""
        from idecare.golang.delve import inspect_delve

        return inspect_delve(self.host, self.first_go)

    def delve(self, path: Path, source: str) -> Verdict:
        """A dlv that is named somewhere."""
        from idecare.golang.delve import check_delve
        from idecare.golang.delve_releases import Candidate

        return check_delve(self.host, Candidate(path, source), self.first_go)

    @part
    def debugging(self) -> Debugging:
        from idecare.golang.developer_tools import inspect_debugging

        return inspect_debugging(self.host)

    @part
    def jetbrains_installs(self) -> tuple[Install, ...]:
        """Those IDEs that idecare cares for."""
        from idecare.jetbrains.installs import installs

        return tuple(install for install in installs(self.host) if install.managed)

    @part
    def jetbrains(self) -> tuple[tuple[Install, JetbrainsTarget], ...]:
        """What the launcher of each installed IDE would read."""
        from idecare.jetbrains.config_files import inspect_jetbrains

        return tuple((install, inspect_jetbrains(self.host, install)) for install in self.jetbrains_installs)

    @part
    def dry_starts(self) -> dict[Path, Proof]:
        """What the runtime of each installed IDE makes of its options: a start that is not shown, or a remembered one,
        by the same rules as `jbr check` and `configure`."""
        from idecare.jetbrains.jvm.dry_start import prove

        return {install.path: prove(self.host, install.path, {}) for install in self.jetbrains_installs}

    def has_options(self, path: Path) -> bool:
        """Whether a VM options file has something to say."""
        from idecare.formats.vmoptions import find_damage, parse
        from idecare.system.files import read_config

        data = read_config(path).data or b""
        return find_damage(data) is None and bool(parse(data.decode()))

    def runtime(self, install: Install, home: Path) -> tuple[RuntimeFacts, Needs]:
        """A Java runtime, and what this IDE asks of one."""
        from idecare.jetbrains.runtime_verdict import needs_of, read_facts

        return read_facts(self.host, home), needs_of(self.host, install)

    @part
    def jetbrains_versions(self) -> tuple[Version, ...]:
        from idecare.jetbrains.folders import versions

        return tuple(versions(self.host, self.jetbrains_installs))

    @part
    def vscode(self) -> tuple[VscodeTarget, ...]:
        """Every instance of VS Code and its forks, and every profile with settings of its own."""
        from idecare.vscode.config_files import inspect_vscode
        from idecare.vscode.locations import user_data_folders

        return tuple(target for data in user_data_folders(self.host) for target in inspect_vscode(self.host, data))

    @part
    def zed(self) -> ConfigFile | None:
        """Zed's settings file."""
        from idecare.system.files import read_config
        from idecare.vscode.locations import zed_settings

        path = zed_settings(self.host)
        return read_config(path) if path else None

    @part
    def gopls(self) -> Gopls | None:
        """The gopls that the Go extension starts."""
        from idecare.configure.machine import find_gopls

        return find_gopls(self.host, self.vscode)

    @part
    def crash_files(self) -> tuple[CrashFile, ...]:
        """Heap dumps and crash logs of JetBrains IDEs."""
        from idecare.jetbrains.locations import find_crash_files

        return find_crash_files(self.host)

    @part
    def leftovers(self) -> tuple[Leftover, ...]:
        """The folders of versions of JetBrains IDEs that are no longer installed."""
        from idecare.jetbrains.locations import find_leftovers

        return tuple(find_leftovers(self.jetbrains_versions))

    @part
    def extensions(self) -> dict[Path, str]:
        """The package.json of each extension that has to do with Go."""
        from idecare.vscode.installs import package_texts

        return package_texts(self.host)

    @part
    def go_extensions(self) -> tuple[Manifest, ...]:
        """The installed releases of VS Code's Go extension."""
        from idecare.vscode.installs import go_extensions

        return go_extensions(self.host)

    def is_contributed(self, setting: str) -> bool:
        """Whether another installed extension has this setting."""
        from idecare.vscode.installs import GO_EXTENSION

        found = self.extensions.items()
        others = (text for file, text in found if not file.parent.name.lower().startswith(GO_EXTENSION))
        return any(f'"{setting}"' in text for text in others)
