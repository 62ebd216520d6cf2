"""What a replay says: a block for each situation that is not as expected, or JSON."""

from dataclasses import dataclass
from typing import Any

from sejour.domain.suggestion import Suggestion
from sejour.domain.visit import Visit, When
from sejour.replay.situation import Difference, Situation
from sejour.web.i18n import speech
from sejour.web.render import kind_words, price, time_words, travel_words


@dataclass(frozen=True, slots=True)
class Result:
    situation: Situation
    visit: Visit
    cards: tuple[Suggestion, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    results: tuple[Result, ...]

    @property
    def failed(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.differences)

    @property
    def document(self) -> dict[str, Any]:
        failed = len(self.failed)
        return {"situations": len(self.results), "passed": len(self.results) - failed, "failed": failed, "results": [_json(r) for r in self.results]}

    @property
    def text(self) -> str:
        """One block a failing situation, then one line."""
        number, failed = len(self.results), len(self.failed)
        told = f"{number} situation{'s' * (number > 1)}, "
        last = told + ("comme attendu." if not failed else f"dont {failed} {'ne sont' if failed > 1 else 'n’est'} pas comme attendu.")
        return "\n\n".join([*(_block(result) for result in self.failed), last])


def named(card: Suggestion, visit: Visit) -> str:
    return f"« {card.offer.names.choose(visit.language)[0]} »"


def line(card: Suggestion, visit: Visit) -> str:
    """What the card says, in the visitor's language."""
    said = speech(visit.language)
    facts = [said.choose(card.offer.names)[0], kind_words(said, card.offer), price(said, card.offer.prices), travel_words(said, card)]
    return " · ".join(filter(None, [*facts, time_words(said, visit, card)[1]]))


def _block(result: Result) -> str:
    visit = result.visit
    asked = [visit.moment.isoformat(timespec="minutes"), f"{visit.place.lat:.5f}, {visit.place.lon:.5f}", *sorted(visit.wishes)]
    asked += [visit.weather.sky.value] if visit.weather else []
    asked += [visit.when.value] if visit.when is not When.NOW else []
    lines = [f"✗ {result.situation.label} ({' · '.join(asked)})"]
    for each in result.differences:
        lines += [f"  {each.key} : attendu {each.expected}", f"  {' ' * len(each.key)}   obtenu  {each.got}"]
    for n, card in enumerate(result.cards, 1):
        lines.append(f"  {n:3}. {line(card, visit)}  [{card.offer.kind}, arrivée {card.time.arrive:%H:%M}, {card.offer.id}]")
    return "\n".join(lines if result.cards else [*lines, "  Aucune carte n’est montrée."])


def _json(result: Result) -> dict[str, Any]:
    visit = result.visit
    return {
        "name": result.situation.name,
        "at": visit.moment.isoformat(),
        "place": {"lat": visit.place.lat, "lon": visit.place.lon, "hotspot": visit.hotspot},
        "passed": not result.differences,
        "differences": [{"key": each.key, "expected": each.expected, "got": each.got} for each in result.differences],
        "cards": [_card_json(card, visit) for card in result.cards],
    }


def _card_json(card: Suggestion, visit: Visit) -> dict[str, Any]:
    t = card.time
    return {
        "id": card.offer.id,
        "key": card.offer.key,
        "kind": card.offer.kind.value,
        "themes": list(card.offer.themes),
        "name": card.offer.names.choose(visit.language)[0],
        "state": t.state.value,
        "from": t.begins.isoformat() if t.begins else None,
        "until": t.ends.isoformat() if t.ends else None,
        "arrive": t.arrive.isoformat(),
        "score": card.total,
        "says": line(card, visit),
    }
