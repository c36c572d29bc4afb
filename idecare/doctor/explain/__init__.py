"""Error texts of go, compilers, dlv, JVMs and IDEs: what they really mean, and what this machine shows of it."""

from __future__ import annotations

from idecare.doctor.explain.answer import Answer as Answer
from idecare.doctor.explain.answer import answer as answer
from idecare.doctor.explain.answer import other_system as other_system
from idecare.doctor.explain.answer import related_groups as related_groups
from idecare.doctor.explain.base import Clue as Clue
from idecare.doctor.explain.base import KnownError as KnownError
from idecare.doctor.explain.errors_cgo import CGO
from idecare.doctor.explain.errors_delve import DELVE
from idecare.doctor.explain.errors_go import GO
from idecare.doctor.explain.errors_ide import IDE
from idecare.doctor.explain.errors_jvm import JVM
from idecare.doctor.explain.errors_machine import MACHINE
from idecare.doctor.explain.errors_modules import MODULES
from idecare.doctor.explain.errors_network import NETWORK
from idecare.doctor.explain.errors_packages import PACKAGES
from idecare.doctor.explain.errors_programs import PROGRAMS
from idecare.doctor.explain.errors_repositories import REPOSITORIES
from idecare.doctor.explain.errors_requirements import REQUIREMENTS
from idecare.doctor.explain.errors_settings import SETTINGS
from idecare.doctor.explain.errors_toolchain import TOOLCHAIN
from idecare.doctor.explain.errors_tools import TOOLS
from idecare.doctor.explain.errors_workspace import WORKSPACE
from idecare.doctor.explain.recognise import Recognised as Recognised
from idecare.doctor.explain.recognise import Recognition as Recognition
from idecare.doctor.explain.recognise import recognise as recognise

KNOWN_ERRORS: tuple[KnownError, ...] = (
    *PROGRAMS,
    *MACHINE,
    *DELVE,
    *JVM,
    *IDE,
    *MODULES,
    *NETWORK,
    *REPOSITORIES,
    *WORKSPACE,
    *PACKAGES,
    *REQUIREMENTS,
    *SETTINGS,
    *CGO,
    *TOOLS,
    *TOOLCHAIN,
    *GO,
)
