"""Where one version of a JetBrains IDE keeps its settings, caches and logs, after every override an IDE obeys.

Source of the rules: PathManager.java of intellij-community (2024), with loadProperties, getExplicitPath, getIndexRoot,
getLogPath. A ``-D`` option in a VM options file overrides every property file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path

from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import mark, tr
from idecare.core.locations import DEFAULT, Ide, Install
from idecare.core.platforms import LINUX, MACOS
from idecare.core.reading import read_file
from idecare.formats import properties
from idecare.jetbrains.installs import PRODUCTS, Product, host_of, sandbox_of
from idecare.jetbrains.options import PROPERTIES_FILE, system_properties
from idecare.system.files import child_folders, real

CONFIG, SYSTEM, LOG, INDEX = "idea.config.path", "idea.system.path", "idea.log.path", "index_root_path"
KEYS = (CONFIG, SYSTEM, LOG, INDEX)
HOME_KEYS = ("idea.home.path", "idea.home")  # the one thing a property file cannot redefine
PROPERTIES_NAME = "idea.properties"
INDEX_ROLE = mark("index")  # CacheLocation.role
INVALIDATION_MARKER = "corruption.marker"
INVALIDATION_REASON = "Explicit index invalidation"


@frozen
class Folder:
    """A folder of an IDE and why it is there. ``problem`` says why idecare does not know where it really is."""

    path: Path
    source: str
    problem: str | None = None

    def child(self, name: str) -> Folder:
        return Folder(self.path / name, self.source, self.problem)


@frozen
class IdeFolders:
    """The folders of one selector. ``options`` is the default config folder, which no property moves.

    It alone is searched for idea.properties, vmoptions and the chosen runtime (getCustomOptionsDirectory).
    """

    options: Folder
    config: Folder
    system: Folder
    index: Folder
    log: Folder


@frozen
class Property:
    value: str
    file: Path


@frozen
class Definitions:
    """The properties known so far while files are read in turn: the first definition of a key stays."""

    known: Mapping[str, str]
    found: dict[str, Property] = field(default_factory=dict)

    def lookup(self, key: str) -> str | None:
        return self.found[key].value if key in self.found else self.known.get(key)

    def read(self, file: Path, text: str, home: Path | None) -> None:
        for key, value in properties.parse(text).items():
            if key not in self.found and key not in HOME_KEYS:
                # a value that starts with ".." starts at the IDE's bin folder (substituteVars)
                value = f"{home}/bin/{value}" if value.startswith("..") and home else value
                self.found[key] = Property(properties.expand(value, self.lookup), file)


def _default_folder(host: Host, base: Path | None, variable: str) -> Folder | None:
    """JetBrains' folder in a base folder, ``None`` where there is no base folder.

    A relative XDG value moves it to wherever the IDE was started from: the JVM uses it as it is.
    """
    if base is None:
        return None
    value = host.variable(variable) if host.platform is LINUX else None
    if value and not Path(value).is_absolute():
        return Folder(base / "JetBrains", DEFAULT, _relative(variable))
    return Folder(base / "JetBrains", tr("{variable} in the environment", variable=variable) if value else DEFAULT)


def config_root(host: Host) -> Folder | None:
    """The parent of all default config folders."""
    return _default_folder(host, host.folders.config, "XDG_CONFIG_HOME")


def system_root(host: Host) -> Folder | None:
    """The parent of all default system folders."""
    return _default_folder(host, host.folders.cache, "XDG_CACHE_HOME")


def ide_folders(host: Host, product: Product, selector: str, homes: tuple[Path, ...]) -> IdeFolders | None:
    """The folders of ``selector``, installed at ``homes``; ``None`` where no base folder is known."""
    configs, systems = config_root(host), system_root(host)
    if configs is None or systems is None:
        return None
    options = configs.child(selector)
    found = _properties(host, product, options.path, systems.path / selector, homes)
    config = _explicit(host, found, CONFIG) or options
    system = _explicit(host, found, SYSTEM) or systems.child(selector)
    return IdeFolders(
        options=options,
        config=config,
        system=system,
        index=_explicit(host, found, INDEX) or system.child("index"),
        log=_explicit(host, found, LOG) or _default_log(host, selector, system, moved=SYSTEM in found),
    )


def _default_log(host: Host, selector: str, system: Folder, moved: bool) -> Folder:
    if host.platform is MACOS and host.home and not moved:
        return Folder(host.home / "Library" / "Logs" / "JetBrains" / selector, DEFAULT)
    return system.child("log")


def _property_files(
    host: Host, product: Product, options: Path, homes: tuple[Path, ...], by_option: str | None
) -> Iterator[Path]:
    """The idea.properties files in the order in which an IDE reads them. The launcher hands a variable's file on as an
    option, behind that of the user (``by_option``)."""
    named = host.variable(f"{product.variable}_PROPERTIES")
    if named and os.path.isfile(host.cwd / named):
        yield host.cwd / named
    elif by_option:
        yield host.cwd / by_option
    yield options / PROPERTIES_NAME
    if host.home:
        yield host.home / PROPERTIES_NAME
    yield from (_resources(host, home) / "bin" / PROPERTIES_NAME for home in homes)


def _resources(host: Host, home: Path) -> Path:
    return home / "Contents" if host.platform is MACOS else home


def _properties(
    host: Host, product: Product, options: Path, system: Path, homes: tuple[Path, ...]
) -> Mapping[str, Property]:
    install = homes[0] if homes else None
    home = _resources(host, install) if install else None
    by_option = system_properties(host, product.name, product.variable, install, options, system)
    named, _ = by_option.get(PROPERTIES_FILE, (None, None))
    files = [(file, _read(file)) for file in _property_files(host, product, options, homes, named)]
    texts = [(file, text) for file, text in files if text]
    defined = {key: Property(value, file) for key, (value, file) in by_option.items()}
    if not any(properties.may_define(text, KEYS) for _, text in texts):
        return defined
    known = {CONFIG: options, SYSTEM: system, "user.home": host.home, **dict.fromkeys(HOME_KEYS, home)}
    definitions = Definitions({key: str(path) for key, path in known.items() if path}, defined)
    for file, text in texts:
        definitions.read(file, text, home)
    return definitions.found


def _read(file: Path) -> str | None:
    """The text as an IDE gets it: it skips a file with bytes that are not UTF-8, and knows no byte order mark."""
    try:
        return read_file(file).decode()
    except (OSError, ValueError):
        return None


def _explicit(host: Host, found: Mapping[str, Property], key: str) -> Folder | None:
    """The folder which a property names: quotes removed, a leading ~/ expanded (getExplicitPath)."""
    if key not in found:
        return None
    value = properties.unquoted(found[key].value)
    if value.startswith(("~/", "~\\")) and host.home:
        value = f"{host.home}{value[1:]}"
    path = Path(os.path.normpath(value))
    problem = None if path.is_absolute() else _relative(key)
    return Folder(path, tr("{key} in {file}", key=key, file=found[key].file), problem)


def _relative(name: str) -> str:
    return tr("{name} is not an absolute path, so it depends on where the IDE was started", name=name)


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
        """``source``, and that no install of the version was found where there is none."""
        if not self.leftover:
            return source
        return tr("{source}; {selector} has no install that was found", source=source, selector=self.selector)


def versions(host: Host, installed: Iterable[Install]) -> Iterator[Version]:
    """Each version of each product that idecare manages, by name."""
    found = [install for install in installed if install.managed and install.selector]
    hosts = {sandbox_of(install.path): host_of(host, install.path) for install in found} | {None: host}
    for product in PRODUCTS:
        for sandbox, own in hosts.items():
            same = [one for one in found if one.product == product.name and sandbox_of(one.path) == sandbox]
            if same or sandbox is None:
                yield from _versions(own, product, same)


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
