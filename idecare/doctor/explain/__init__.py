"""Error texts of go, compilers, dlv, JVMs and IDEs: what they really mean, and what this machine shows of it."""

from __future__ import annotations

from idecare.doctor.explain.answer import Answer as Answer
from idecare.doctor.explain.answer import answer as answer
from idecare.doctor.explain.base import Clue as Clue
from idecare.doctor.explain.base import Known as Known
from idecare.doctor.explain.recognise import Recognised as Recognised
from idecare.doctor.explain.recognise import Seen as Seen
from idecare.doctor.explain.recognise import recognise as recognise
from idecare.doctor.explain.tables import KNOWN as KNOWN
