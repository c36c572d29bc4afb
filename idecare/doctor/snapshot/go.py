"""The parts of a snapshot that Go's installs, versions and places consist of, and builds with C."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from idecare.core.locations import CacheLocation, Install
from idecare.core.reading import read_file
from idecare.doctor.snapshot.base import SnapshotReader, part

if TYPE_CHECKING:
    from idecare.doctor.architecture_chain import Link
    from idecare.doctor.go_facts import BuiltTool, GoUser
    from idecare.golang.cgo import CgoSetup, FlagFolder, PkgConfig
    from idecare.golang.developer_tools import Sdk
    from idecare.golang.dockerfiles import Dockerfile
    from idecare.golang.environment import Folder, GoValue
    from idecare.golang.installs import Manager
    from idecare.golang.module import ModuleFile, WorkFile
    from idecare.golang.setup import GoSetup
    from idecare.system.mounts import Mount


class GoParts(SnapshotReader):
    @part
    def go(self) -> GoSetup:
        """What of Go's configuration bears on a clean."""
        from idecare.golang.setup import inspect_go_setup

        return inspect_go_setup(self.host)

    @part
    def shell_go(self) -> Install | None:
        """The Go that this shell takes; ``None`` without one, and where a version manager's shim comes first."""
        from idecare.golang.toolchain import shim

        found = (install for install in self.go_installs if install.managed and install.via == "PATH")
        return None if shim(self.host) else next(found, None)

    @part
    def go_users(self) -> tuple[GoUser, ...]:
        """Which Go each of shell, GoLand and VS Code takes."""
        from idecare.doctor.go_facts import go_users

        return go_users(self.host, self.shell_go)

    @part
    def go_caches(self) -> tuple[CacheLocation, ...]:
        """Where go keeps its caches, with what is wrong about the places."""
        from idecare.golang.environment import caches

        return tuple(caches(self.host))

    @part
    def cache_folders(self) -> tuple[Folder, ...]:
        """The folders in which go makes files."""
        from idecare.golang.environment import read_folders, read_gopath

        caches = (folder for place in self.go_caches for folder in read_folders(place))
        return (*read_gopath(self.go_environment), *caches)

    @part
    def other_modcaches(self) -> tuple[CacheLocation, ...]:
        from idecare.golang.installs import other_modcaches

        return tuple(other_modcaches(self.host))

    @part
    def home_owner(self) -> int | None:
        """The numeric id of the user to whom the home folder belongs."""
        try:
            return os.stat(self.host.home).st_uid if self.host.home else None
        except OSError:
            return None

    @part
    def go_env_lines(self) -> tuple[str, ...]:
        """The lines of the go env file as they are, carriage returns too."""
        path = self.go_environment.env_file
        try:
            return tuple(read_file(path).decode("utf-8", "replace").split("\n")) if path else ()
        except OSError:
            return ()

    @part
    def go_toolchain(self) -> GoValue:
        """GOTOOLCHAIN from the environment or the env file, else from the go.env that comes with Go."""
        from idecare.golang.module import toolchain_setting

        return toolchain_setting(self.go_environment, self.shell_go.path if self.shell_go else None)

    @part
    def go_managers(self) -> tuple[Manager, ...]:
        """The version managers with a Go, and what a file above the working folder asks of each."""
        from idecare.golang.installs import read_managers

        return read_managers(self.host)

    @part
    def module_file(self) -> ModuleFile | None:
        """The go.mod of the working folder."""
        from idecare.golang.module import read_module

        return read_module(self.host.cwd)

    @part
    def work(self) -> WorkFile | None:
        """The go.work that decides in the working folder."""
        from idecare.golang.module import read_work

        return read_work(self.host)

    @part
    def work_modules(self) -> tuple[tuple[Path, ModuleFile | None], ...]:
        """The folders that go.work uses, each with its go.mod."""
        from idecare.golang.module import read_module_file

        file = self.work.file if self.work else None
        return tuple((folder, read_module_file(folder / "go.mod")) for folder in (file.use if file else ()))

    @part
    def required(self) -> dict[str, str]:
        """The modules that the go.mod of the working folder requires, with their versions."""
        from idecare.doctor.go_facts import requirements
        from idecare.system.files import read_text

        return requirements(read_text(self.module_file.path) or "") if self.module_file else {}

    @part
    def vendored(self) -> dict[str, str] | None:
        """What vendor/modules.txt says that go.mod requires; ``None`` without one."""
        from idecare.doctor.go_facts import vendored
        from idecare.system.files import read_text

        text = read_text(self.module_file.root / "vendor" / "modules.txt") if self.module_file else None
        return None if text is None else vendored(text)

    @part
    def built_tools(self) -> tuple[BuiltTool, ...]:
        """Programs that check Go code, with the Go that built each."""
        from idecare.doctor.go_facts import built_tools

        return tuple(built_tools(self.host))

    @part
    def has_git(self) -> bool:
        return any(self.is_program(folder / name) for folder in self.host.search_path for name in ("git", "git.exe"))

    @part
    def temp_folder(self) -> tuple[Path, tuple[str, ...]]:
        """Where go builds what it starts, and how the file system of that folder is mounted."""
        from idecare.doctor.go_facts import mount_flags, temp_folder

        folder = temp_folder(self.host)
        return folder, mount_flags(folder)

    @part
    def mounts(self) -> tuple[Mount, ...]:
        from idecare.system.mounts import read_mounts

        try:
            return read_mounts()
        except OSError:
            return ()

    @part
    def python(self) -> Path:
        """The interpreter of this process."""
        return Path(sys.executable)

    @part
    def chain(self) -> tuple[Link, ...]:
        """From the shell to the debugger: for which architecture each program is built."""
        from idecare.doctor.architecture_chain import read_chain

        return read_chain(self.host, self.python, self.go_installs, self.binary)


class CgoParts(SnapshotReader):
    @part
    def cgo(self) -> CgoSetup:
        from idecare.golang.cgo import inspect_cgo

        return inspect_cgo(self.host, self.go_environment, self.first_go.architectures, self.module)

    @part
    def flag_folders(self) -> tuple[FlagFolder, ...]:
        """The folders that cgo's flags name."""
        from idecare.golang.cgo import flag_folders

        return tuple(flag_folders(self.host, self.go_environment))

    @part
    def pkg_config(self) -> PkgConfig:
        from idecare.golang.cgo import inspect_pkg_config

        return inspect_pkg_config(self.host, self.go_environment, self.cgo.use.packages if self.cgo.enabled else ())

    @part
    def sdk(self) -> Sdk | None:
        """Apple's SDK; ``None`` on other systems."""
        from idecare.golang.developer_tools import inspect_sdk

        return inspect_sdk(self.host)

    @part
    def dockerfiles(self) -> tuple[Dockerfile, ...]:
        """Those of the module that the working folder lies in."""
        from idecare.golang.dockerfiles import find_dockerfiles

        return find_dockerfiles(self.module) if self.module else ()
