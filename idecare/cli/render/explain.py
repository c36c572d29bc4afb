"""What error texts mean, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from idecare.cli.render.doctor import _short as shortened
from idecare.cli.render.doctor import examined_text, finding_json
from idecare.core.humanize import count_text, visible
from idecare.core.language import tr
from idecare.doctor.base import Finding
from idecare.doctor.explain import Answer, Recognition
from idecare.doctor.explain.recognise import Place
from idecare.doctor.runner import Examined


def explained_text(
    answers: Sequence[Answer],
    seen: Recognition,
    related: Sequence[str],
    examined: Sequence[Examined],
    home: Path | None,
) -> str:
    """Worst first; below it what the checks that bear on it found on this machine."""
    blocks = [_block(answer) for answer in answers] if answers else [_unknown(seen, related)]
    texts = ["\n".join(shortened(line, home) for line in block) for block in blocks]
    if examined:
        checks = " ".join(related)
        if any(one.findings for one in examined):
            texts.append(tr("On this machine `idecare doctor {checks}` says:", checks=checks))
            texts.append(examined_text(examined, home, False))
        else:
            texts.append(tr("On this machine `idecare doctor {checks}` finds nothing wrong.", checks=checks))
    return "\n\n".join(texts)


def _block(answer: Answer) -> Iterator[str]:
    known = answer.recognised.known
    yield f"{answer.meaning}  [{known.id}]"
    for place in answer.recognised.places:
        yield tr("    line {line}: {quote}", line=place.line, quote=visible(place.quote))
    more = answer.recognised.count - len(answer.recognised.places)
    if more > 0:
        yield tr("    and {lines} more like that", lines=count_text(more, "line"))
    yield from (tr("    seen here: {line}", line=visible(line)) for line in answer.evidence)
    yield f"    {tr('why: ')}{answer.why}"
    yield f"    {tr('fix: ')}{answer.fix}"


def _unknown(seen: Recognition, related: Sequence[str]) -> Iterator[str]:
    if seen.lines <= 1:
        yield tr("idecare does not know this text, so it cannot say what is wrong.")
    else:
        yield tr(
            "idecare does not know any of these {count:,} lines, so it cannot say what is wrong.", count=seen.lines
        )
    if seen.suspicious and seen.lines > 1:
        place = seen.suspicious
        yield tr(
            "    the first line that looks like an error is line {line}: {quote}",
            line=place.line,
            quote=visible(place.quote),
        )
    yield tr("    what may show more: idecare doctor {checks}", checks=" ".join(related)).rstrip()


def explained_json(
    answers: Iterable[Answer], seen: Recognition, related: Iterable[str], findings: Iterable[Finding]
) -> dict[str, Any]:
    return {
        "explanations": [_values(answer) for answer in answers],
        "findings": [finding_json(finding) for finding in findings],
        "lines": seen.lines,
        "suspicious": _place_values(seen.suspicious) if seen.suspicious else None,
        "related": list(related),
    }


def _values(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.id,
        "meaning": answer.meaning,
        "why": answer.why,
        "fix": answer.fix,
        "evidence": list(answer.evidence),
        "settled": answer.is_settled,
        "places": [_place_values(place) for place in answer.recognised.places],
        "count": answer.recognised.count,
    }


def _place_values(place: Place) -> dict[str, Any]:
    return {"line": place.line, "text": place.quote}
