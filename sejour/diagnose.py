"""`sejour why`: why a card is on the page of a moment or is not, what would change it, and its figures beside those of the card to pass."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from sejour.advice import Answer, Asked
from sejour.domain.diagnosis import HOURS, Diagnosis, Fortnight, diagnose, diagnose_fortnight
from sejour.domain.obstacle import CALL, DESK, LABELS, Hindrance
from sejour.domain.offer import Offer
from sejour.domain.suggestion import Suggestion
from sejour.domain.visit import Visit
from sejour.domain.what_if import WhatIf, what_if
from sejour.errors import Gone, NotFound
from sejour.web import words
from sejour.web.i18n import Speech, speech
from sejour.web.render import kind_words
from sejour.web.told import adding_up, decimal, told

MOST_SHOWN = 10  # moments told one by one


def why(asked: Asked, offer_id: str, days: int | None) -> Answer:
    """Of the moment asked, or of so many days from it. The id of a twin is that of the card that was kept. Raises NotFound, Gone."""
    catalogue, visit, said = asked.catalogue, asked.visit, speech(asked.visit.language)
    id = asked.aliases.get(offer_id, offer_id)
    if id not in catalogue.index:
        if id in asked.gone:
            raise Gone("La fiche %(id)s n’est plus donnée par aucun flux.", id=id)
        raise NotFound("Aucune fiche ne porte l’identifiant %(id)s.", id=id)
    if days:
        fortnight = diagnose_fortnight(catalogue, visit, id, days)
        return Answer(_fortnight_document(fortnight, said), "\n".join(_fortnight_lines(fortnight, said)))
    diagnosis = diagnose(catalogue, visit, id)
    changes = what_if(catalogue, diagnosis)
    return Answer(_document(diagnosis, changes, said), "\n".join(_lines(diagnosis, changes, said)))


# ---- one moment ----


def _lines(d: Diagnosis, changes: Sequence[WhatIf], said: Speech) -> Iterator[str]:
    today = d.visit.moment.date()
    yield from _head(d.offer, d.visit, said)
    yield ""
    if d.hindrance is None:
        yield f"{told(said, d.why, today)} C’est la {d.rank}e note des {d.feasible} que l’on peut rejoindre à temps."
    else:
        yield f"Pas sur la page. {' '.join(_told(d.hindrance, said, today))}"
        yield told(said, d.hindrance.remedy, today)
    if changes:
        yield "\nCe qui la ferait venir sur la page (le classement a été refait) :"
        yield from (f"  – {told(said, change.said, today)}" for change in changes)
    if d.suggestion:
        yield ""
        yield from _table([("cette fiche", d.suggestion), *([(said.choose(d.above.offer.names)[0], d.above)] if d.above else [])], said)


def _told(h: Hindrance, said: Speech, today: date) -> Iterator[str]:
    yield told(said, h.why, today)
    if h.advice and h.advice not in (CALL, DESK):  # these are for the visitor alone
        yield f"{told(said, h.advice, today)}."


def _head(offer: Offer, visit: Visit, said: Speech) -> Iterator[str]:
    where = f"la borne {visit.hotspot}" if visit.hotspot else f"{visit.place.lat:.5f}, {visit.place.lon:.5f}"
    yield f"{said.choose(offer.names)[0]} ({kind_words(said, offer)}, /o/{offer.id})"
    yield f"{said.day(visit.moment.date())} à {said.clock(visit.moment)}, depuis {where}"


def _table(columns: Sequence[tuple[str, Suggestion]], said: Speech) -> Iterator[str]:
    """The terms, their sum, and the words of the first."""
    cells = [[""] + [name if len(name) <= 24 else f"{name[:23]}…" for name, _ in columns]]
    points = [adding_up(s.scores) for _, s in columns]
    for n, score in enumerate(columns[0][1].scores):
        terms = [s.explain(score.rule) for _, s in columns]
        row = [f"{decimal(said, t.value)} × {decimal(said, t.weight)} = {said.points(column[n])}" for t, column in zip(terms, points, strict=True)]
        cells.append([words.RULES[score.rule], *row, said.say(score.because)])
    cells.append(["Total", *(said.points(sum(column)) for column in points)])
    yield from (f"{row[0]:<26}" + "".join(f"{cell:>26}" for cell in row[1 : len(columns) + 1]) + "".join(f"   {cell}" for cell in row[len(columns) + 1 :])
                for row in cells)  # fmt: skip


def _document(d: Diagnosis, changes: Sequence[WhatIf], said: Speech) -> dict[str, Any]:
    """What `--json` answers: every fact, and the words."""
    today, h = d.visit.moment.date(), d.hindrance
    document: dict[str, Any] = {
        "id": d.offer.id, "name": said.choose(d.offer.names)[0], "at": d.visit.moment, "shown": d.shown, "place": d.place, "limit": d.limit,
        "rank": d.rank or None, "feasible": d.feasible or None, "obstacle": d.obstacle, "why": told(said, d.why, today),
        "facts": h.facts if h else {}, "remedy": told(said, h.remedy, today) if h else None,
        "changes": [{"change": c.change, "place": c.place, "facts": _plain(c.facts), "text": told(said, c.said, today)} for c in changes],
        "scores": _scores(d.suggestion, said), "total": d.suggestion.total if d.suggestion else None,
        "above": {"id": d.above.offer.id, "name": said.choose(d.above.offer.names)[0], "scores": _scores(d.above, said), "total": d.above.total,
                  "missing": d.missing} if d.above else None,
    }  # fmt: skip
    plain: dict[str, Any] = msgspec.to_builtins(document)
    return plain


def _scores(s: Suggestion | None, said: Speech) -> list[dict[str, Any]]:
    return [{"rule": c.rule, "value": c.value, "weight": c.weight, "points": c.points, "text": said.say(c.because)} for c in s.scores] if s else []


def _plain(facts: dict[str, object]) -> dict[str, Any]:
    """Values that JSON has: dataclasses as objects, Metres as numbers."""
    return {name: int(value) if isinstance(value, int) else value for name, value in facts.items()}


# ---- some days ----


def _fortnight_lines(f: Fortnight, said: Speech) -> Iterator[str]:
    today = f.visit.moment.date()
    yield from _head(f.offer, f.visit, said)
    yield f"\nSur {f.days} jours, d’heure en heure de {HOURS[0]} h à {HOURS[-1]} h : sur la page {len(f.shown)} fois sur {f.moments}."
    for moment, place in sorted(f.shown, key=lambda each: (each[1], each[0]))[:MOST_SHOWN]:
        yield f"  n° {place} {said.day_from(moment.date(), today)} à {said.clock(moment)}"
    if len(f.shown) > MOST_SHOWN:
        yield f"  … et {len(f.shown) - MOST_SHOWN} autres fois, plus bas ou plus tard"
    if f.met:
        yield "\nCe qui l’en écarte le reste du temps :"
    for met in f.met:
        at = met.example.visit.moment
        yield f"  {met.count} fois, {LABELS[met.obstacle]}. Par exemple {said.day_from(at.date(), today)} à {said.clock(at)} :"
        if h := met.example.hindrance:
            yield f"      {' '.join(_told(h, said, at.date()))}"
            yield f"      {told(said, h.remedy, at.date())}"


def _fortnight_document(f: Fortnight, said: Speech) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": f.offer.id, "name": said.choose(f.offer.names)[0], "from": f.visit.moment, "days": f.days, "moments": f.moments,
        "shown": [{"at": moment, "place": place} for moment, place in f.shown],
        "obstacles": [{"obstacle": met.obstacle, "count": met.count, "example": _document(met.example, (), said)} for met in f.met],
    }  # fmt: skip
    plain: dict[str, Any] = msgspec.to_builtins(document)
    return plain
