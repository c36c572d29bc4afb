"""The versions of GoLand and IntelliJ IDEA that left a trace: an install, a config folder or a system folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.locations import Ide, Install
from idecare.jetbrains.folders import Folder, IdeFolders, config_root, ide_folders, system_root
from idecare.jetbrains.installs import PRODUCTS, Product
from idecare.system.files import child_folders, real


@frozen
class Version:
    """One selector of one product. ``recognised``: a config folder or an install has this name."""

    product: Product
    selector: str
    folders: IdeFolders
    homes: tuple[Path, ...]
    recognised: bool
    leftover: bool  # other versions of the product are installed, this one is not

    @property
    def ide(self) -> Ide:
        # a process shows its executable without links
        homes = dict.fromkeys(path for home in self.homes for path in (home, real(home)))
        name = self.product.name
        executables = (name, f"{name}64", f"{name}.exe", f"{name}64.exe")
        return Ide(name, self.selector, self.folders.config.path / ".lock", tuple(homes), executables)

    def source(self, source: str) -> str:
        """``source``, and that the version is gone where it is."""
        return f"{source}; {self.selector} is no longer installed" if self.leftover else source


def versions(host: Host, installed: Iterable[Install]) -> Iterator[Version]:
    """Each version of each product that idecare cares for, by name."""
    found = [install for install in installed if install.managed and install.selector]
    for product in PRODUCTS:
        yield from _versions(host, product, [install for install in found if install.product == product.name])


def _versions(host: Host, product: Product, found: list[Install]) -> Iterator[Version]:
    installed = {install.selector for install in found if install.selector}
    configured = _selectors(product, config_root(host))
    for selector in sorted(installed | configured | _selectors(product, system_root(host))):
        homes = tuple(install.path for install in found if install.selector == selector)
        folders = ide_folders(host, product, selector, homes)
        if folders is not None:
            recognised = bool(homes) or selector in configured or os.path.isdir(folders.config.path)
            yield Version(product, selector, folders, homes, recognised, leftover=bool(found) and not homes)


def _selectors(product: Product, root: Folder | None) -> set[str]:
    """The product's data folders in ``root``. Their names have had a vendor folder above them since 2020.1."""
    name = re.compile(re.escape(product.prefix) + r"\d{4}\.\d+")
    folders = child_folders(root.path) if root else ()
    return {folder.name for folder in folders if name.fullmatch(folder.name)}
