"""KNOWN: every error text that idecare explains."""

from __future__ import annotations

from idecare.explaining.base import Known
from idecare.explaining.known_cgo import CGO
from idecare.explaining.known_delve import DELVE
from idecare.explaining.known_go import GO
from idecare.explaining.known_jvm import JVM
from idecare.explaining.known_modules import MODULES
from idecare.explaining.known_programs import PROGRAMS

KNOWN: tuple[Known, ...] = (*PROGRAMS, *DELVE, *JVM, *MODULES, *CGO, *GO)
