"""Error texts of go, compilers, dlv, JVMs and IDEs: what they really mean, and what this machine shows of it."""

from __future__ import annotations

from idecare.explaining.answering import Answer as Answer
from idecare.explaining.answering import answer as answer
from idecare.explaining.base import Clue as Clue
from idecare.explaining.base import Known as Known
from idecare.explaining.recognising import Recognised as Recognised
from idecare.explaining.recognising import Seen as Seen
from idecare.explaining.recognising import recognise as recognise
from idecare.explaining.tables import KNOWN as KNOWN
