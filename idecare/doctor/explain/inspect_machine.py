"""Inspects the machine and what fetching of modules depends on: memory, limits, temp folder, hosts, git, proxy."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from idecare.core.host import Host
from idecare.core.humanize import size_text
from idecare.core.language import tr
from idecare.core.platforms import WINDOWS
from idecare.doctor.explain.base import Clue, Words
from idecare.doctor.go_facts import matches_any, mount_flags, temp_folder
from idecare.golang.environment import go_environment


def mount_options(host: Host, words: Words) -> Iterator[Clue]:
    """Whether the folder that the text names, or go's temp folder, is mounted noexec or read-only."""
    named = Path(words.get("path", ""))
    folder = named.parent if named.is_absolute() and os.path.isdir(named.parent) else temp_folder(host)
    flags = mount_flags(folder)
    yield Clue(
        tr("{folder} is mounted {options}", folder=folder, options=", ".join(flags))
        if flags
        else tr("{folder} is mounted here without noexec and ro", folder=folder)
    )


def memory(host: Host, words: Words) -> Iterator[Clue]:
    from idecare.configure.machine import physical_memory

    total = physical_memory()
    if total:
        yield Clue(
            tr(
                "this machine (or its container) has {size} of memory and {count} processors",
                size=size_text(total),
                count=os.cpu_count(),
            )
        )


def limits(host: Host, words: Words) -> Iterator[Clue]:
    """The limits of this process, which its parent passes on to builds too."""
    if sys.platform == "win32":
        return
    import resource

    files, processes = resource.getrlimit(resource.RLIMIT_NOFILE)[0], resource.getrlimit(resource.RLIMIT_NPROC)[0]
    shown = tr("without limit") if processes == resource.RLIM_INFINITY else str(processes)
    yield Clue(
        tr(
            "in this shell: {files} open files (ulimit -n), processes {processes} (ulimit -u)",
            files=files,
            processes=shown,
        )
    )


PUBLIC_HOSTS = {"github.com", "gitlab.com", "bitbucket.org", "golang.org", "google.golang.org", "gopkg.in", "go.dev"}


def private_host(host: Host, words: Words) -> Iterator[Clue]:
    """Whether GOPRIVATE here covers the module or host that the text names."""
    path = words.get("module") or words.get("package") or _of_url(words.get("url", ""))
    if not path or "." not in path.partition("/")[0]:
        return
    found = go_environment(host).lookup("GOPRIVATE")
    if matches_any(found.value, path):
        yield Clue(
            tr(
                "GOPRIVATE={value} ({source}) covers {path}: the process that failed had another one",
                value=found.value,
                source=found.source,
                path=path,
            )
        )
    else:
        yield Clue(
            tr("GOPRIVATE here does not cover {path}: {value}", path=path, value=found.value)
            if found.value
            else tr("GOPRIVATE here does not cover {path}: it is not set", path=path)
        )


def _of_url(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or ''}{parts.path}".removesuffix(".git")


def git_program(host: Host, words: Words) -> Iterator[Clue]:
    """Where git is, by the PATH of this process."""
    name = "git.exe" if host.platform is WINDOWS else "git"
    found = next((folder / name for folder in host.search_path if os.path.isfile(folder / name)), None)
    if found:
        yield Clue(tr("{path} is in this PATH: the process that failed had another one", path=found))
    else:
        yield Clue(tr("there is no git in this PATH either"))


def clock(host: Host, words: Words) -> Iterator[Clue]:
    yield Clue(tr("this machine believes it is {time} UTC", time=time.strftime("%Y-%m-%d %H:%M", time.gmtime())))


def repository_owner(host: Host, words: Words) -> Iterator[Clue]:
    """Whose the repository is."""
    folder = Path(words.get("dir", ""))
    if folder.is_absolute() and os.path.isdir(folder) and host.user_id is not None:
        owner = os.stat(folder).st_uid
        yield Clue(
            tr("{path} is yours", path=folder)
            if owner == host.user_id
            else tr("{path} is of user {owner}, and you are user {user}", path=folder, owner=owner, user=host.user_id)
        )
