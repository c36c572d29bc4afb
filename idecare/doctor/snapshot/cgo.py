"""The parts of a snapshot that builds with C depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idecare.doctor.snapshot.base import Looks, part

if TYPE_CHECKING:
    from idecare.golang.cgo.compiler import CgoSetup, FlagFolder, PkgConfig
    from idecare.golang.developer_tools import Sdk
    from idecare.golang.dockerfiles import Dockerfile


class CgoParts(Looks):
    @part
    def cgo(self) -> CgoSetup:
        from idecare.golang.cgo.compiler import inspect_cgo

        return inspect_cgo(self.host, self.go_environment, self.first_go.architectures, self.module)

    @part
    def flag_folders(self) -> tuple[FlagFolder, ...]:
        """The folders that cgo's flags name."""
        from idecare.golang.cgo.compiler import flag_folders

        return tuple(flag_folders(self.host, self.go_environment))

    @part
    def pkg_config(self) -> PkgConfig:
        from idecare.golang.cgo.compiler import inspect_pkg_config

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
