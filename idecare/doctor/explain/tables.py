"""KNOWN: every error text that idecare explains."""

from __future__ import annotations

from idecare.doctor.explain.base import Known
from idecare.doctor.explain.known_cgo import CGO
from idecare.doctor.explain.known_delve import DELVE
from idecare.doctor.explain.known_go import GO
from idecare.doctor.explain.known_jvm import JVM
from idecare.doctor.explain.known_modules import MODULES
from idecare.doctor.explain.known_programs import PROGRAMS

KNOWN: tuple[Known, ...] = (*PROGRAMS, *DELVE, *JVM, *MODULES, *CGO, *GO)
