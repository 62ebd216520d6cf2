"""`sejour feed explain`: one record's way from its source to the page."""

from typing import Any

from sejour.domain.feed import Problem
from sejour.domain.merge import merge
from sejour.domain.offer import exported
from sejour.errors import NotFound
from sejour.settings import Settings
from sejour.store import curation, offers
from sejour.store.engine import Store
from sejour.store.feeds import feeds_of


def explain(store: Store, settings: Settings, id: str) -> dict[str, Any]:
    """What the sources gave for the offer, how twins were joined in it and why, which feed each field comes from, what was wrong in its
    records at the last runs, what the office says of it, and the card that results. Raises NotFound."""
    territory = settings.territory
    with store.reading() as connection:
        sourced = list(offers.sourced_of(connection, territory.id))
        runs = [run for f in feeds_of(connection, territory.id, territory.timezone) if (run := offers.last_run(connection, f.id))]
        said = curation.curation_of(connection, territory.id)
        known = offers.was_offered(connection, id)
    merged = merge(sourced, said.twins)
    kept = merged.aliases.get(id, id)
    card = next((offer for offer in merged.offers if offer.id == kept), None)
    if card is None:
        raise NotFound("La fiche %(id)s n’est plus donnée par aucun flux." if known else "Aucune fiche ne porte l’identifiant %(id)s.", id=id)
    twins = merged.twins_of(kept)
    joined = twins.offers if twins else (card,)
    keys = {offer.key for offer in joined}
    return {
        "id": id,
        "card": exported(card),
        "records": [{"id": s.offer.id, "feed": s.offer.feed, "key": s.offer.key, "seen": s.seen} for s in sourced if s.offer in joined],
        "joined": [{"first": link.first, "second": link.second, "reason": str(link.reason)} for link in twins.links] if twins else [],
        "fields": {field: list(feeds) for field, feeds in twins.fields.items()} if twins else {},
        "problems": [_problem(run.feed, problem) for run in runs for problem in run.problems if problem.record in keys],
        "picks": [pick.by for pick in said.picks if pick.offer == kept],
        "mutes": [mute.reason for mute in said.mutes if mute.offer == kept],
    }


def explained_text(told: dict[str, Any]) -> str:
    lines = [f"{told['card']['names'].get('fr') or next(iter(told['card']['names'].values()))} ({told['card']['kind']}, /o/{told['card']['id']})"]
    lines += [f"  reçue du flux « {r['feed']} » sous la clé {r['key']}, connue depuis {r['seen']}" for r in told["records"]]
    lines += [f"  réunies : {j['first']} et {j['second']}. {j['reason']}" for j in told["joined"]]
    lines += [f"  {field} : {', '.join(feeds)}" for field, feeds in told["fields"].items()]
    lines += [f"  anomalie ({p['feed']}, {p['field'] or '–'}) : {p['reason']}" for p in told["problems"]]
    lines += [f"  coup de cœur de {by}" for by in told["picks"]] + [f"  masquée : {reason}" for reason in told["mutes"]]
    return "\n".join(lines)


def _problem(feed: str, problem: Problem) -> dict[str, Any]:
    return {"feed": feed, "record": problem.record, "field": problem.field, "reason": str(problem.reason), "value": problem.value}
