"""Twins: the same place or event given by two feeds (or twice by one) becomes one offer (`twins` says who is one).

Groups are transitive, the strongest links first, but never hold two records of one feed: who gives two means two things. Only the same regional id
in both keys says otherwise, and a human of the office: whom one says to be two are never joined, not even by way of a third.

Passes are made until nothing more is joined, so that merging again changes nothing; the order of the input never matters.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain

from sejour.domain.curation import Twin
from sejour.domain.identity import face_of, regional_ids
from sejour.domain.join import Sourced, facts, joined, precedence
from sejour.domain.offer import Offer
from sejour.domain.pairs import keys_of, pairs_sharing
from sejour.domain.twins import Evidence, Link, Strength, verdict


@dataclass(frozen=True, slots=True)
class Twins:
    """One merged card, the `offers` that were joined in it (by precedence) and the `links` that joined them."""

    merged: Offer
    offers: tuple[Offer, ...]
    links: tuple[Link, ...]

    @property
    def fields(self) -> dict[str, tuple[str, ...]]:
        """By field that says something, the feeds it comes from: by precedence, each that brought what those before had not."""
        origins: dict[str, tuple[str, ...]] = {}
        for field in fields(Offer):
            wanted = set(facts(getattr(self.merged, field.name)))
            feeds: dict[str, None] = {}
            for offer in self.offers:
                if brought := wanted & set(facts(getattr(offer, field.name))):
                    wanted -= brought
                    feeds[offer.feed] = None
            if feeds:
                origins[field.name] = tuple(feeds)
        return origins


@dataclass(frozen=True, slots=True)
class Merged:
    """`sourced`: what is left, sorted by id, ready to be merged again; `aliases`: the id kept, by each id that disappeared."""

    sourced: tuple[Sourced, ...]
    twins: tuple[Twins, ...]
    aliases: dict[str, str]

    @property
    def offers(self) -> tuple[Offer, ...]:
        return tuple(each.offer for each in self.sourced)

    def twins_of(self, id: str) -> Twins | None:
        """The merged card that `id`, kept or gone, is part of; None when it was joined with nothing."""
        kept = self.aliases.get(id, id)
        return next((twins for twins in self.twins if twins.merged.id == kept), None)


def merge(offers: Sequence[Sourced], twins: Sequence[Twin] = ()) -> Merged:
    """The offers with their twins joined: the same whatever order they come in. `twins` is what humans said of two of them, the last word on a pair
    being the one that counts."""
    groups = [
        _Group(each, keys_of(each))
        for each in sorted(offers, key=lambda each: (each.offer.id, each.offer.feed, each.offer.key, each.seen, each.rank))
    ]
    said = {frozenset((twin.offer, twin.other)): twin.same for twin in twins if twin.offer != twin.other}
    judged: set[tuple[_Group, _Group]] = set()
    while (joined := _one_pass(groups, judged, said)) is not None:
        groups = joined
    groups.sort(key=lambda group: group.merged.offer.id)
    found = [Twins(group.merged.offer, tuple(each.offer for each in group.members), group.links) for group in groups if group.members]
    aliases = {offer.id: each.merged.id for each in found for offer in each.offers if offer.id != each.merged.id}
    return Merged(tuple(group.merged for group in groups), tuple(found), aliases)


@dataclass(frozen=True, slots=True, eq=False)  # itself and no other: a key of `judged`
class _Group:
    """What several offers are together, and the `keys` of it; `members`, by precedence, is empty for an offer alone."""

    merged: Sourced
    keys: tuple[str, ...]
    members: tuple[Sourced, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def ids(self) -> set[str]:
        return {each.offer.id for each in self.members or (self.merged,)}


def _together(groups: Sequence[_Group], links: Iterable[Link]) -> _Group:
    members = sorted((each for group in groups for each in group.members or (group.merged,)), key=precedence)
    told = sorted([*links, *(link for group in groups for link in group.links)], key=_told)
    merged = joined(members)
    return _Group(merged, keys_of(merged), tuple(members), tuple(told))


def _told(link: Link) -> tuple[str, ...]:
    return link.first, link.second, link.evidence, link.what


_Said = Mapping[frozenset[str], bool]
_Found = tuple[Strength, Link, int, int]


def _one_pass(groups: Sequence[_Group], judged: set[tuple[_Group, _Group]], said: _Said) -> list[_Group] | None:
    """The groups with those that are linked joined (union-find, the strongest link first); None when nothing could be joined. What was `judged`
    before is so for good: joined, or kept apart."""
    found = [*_said_to_be_one(groups, said), *_linked(groups, judged)]
    found.sort(key=lambda each: (each[0], _told(each[1])))
    parent = list(range(len(groups)))
    claims = {i: _claims(groups[i].merged) for *_, a, b in found for i in (a, b)}
    ids = {i: groups[i].ids for i in claims} if said else {}
    links: dict[int, list[Link]] = {}

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    for _, link, a, b in found:
        one, other = root(a), root(b)
        if one == other or (said and _said_to_be_two(ids[one], ids[other], said)):
            continue
        if link.evidence is not Evidence.HUMAN and any(claims[other].get(feed, claim) != claim for feed, claim in claims[one].items()):
            continue
        parent[other] = one
        claims[one] = {feed: claims[one].get(feed, frozenset()) | claims[other].get(feed, frozenset()) for feed in {**claims[one], **claims[other]}}
        if said:
            ids[one] |= ids[other]
        links[one] = [*links.get(one, ()), *links.pop(other, ()), link]
    if not links:
        return None
    together: dict[int, list[_Group]] = defaultdict(list)
    for i, group in enumerate(groups):
        together[root(i)].append(group)
    return [same[0] if len(same) == 1 else _together(same, links[i]) for i, same in together.items()]


def _linked(groups: Sequence[_Group], judged: set[tuple[_Group, _Group]]) -> list[_Found]:
    """The pairs not yet `judged` that are twins by the rules."""
    every = pairs_sharing([group.keys for group in groups], [group.merged.offer.feed for group in groups])
    pairs = [(a, b) for a, b in every if (groups[a], groups[b]) not in judged]
    judged.update((groups[a], groups[b]) for a, b in pairs)
    faces = {i: face_of(groups[i].merged) for i in set(chain.from_iterable(pairs))}
    return [(*found, a, b) for a, b in pairs if (found := verdict(faces[a], faces[b]))]


def _said_to_be_one(groups: Sequence[_Group], said: _Said) -> list[_Found]:
    """The pairs of groups that hold the two ids of a human's word."""
    where = {id: i for i, group in enumerate(groups) for id in group.ids} if said else {}
    asked = [sorted(pair) for pair, same in said.items() if same]
    places = [(where.get(first), where.get(second), first, second) for first, second in asked]
    return [
        ((-1, False, 0.0), Link(first, second, Evidence.HUMAN, "", None), min(a, b), max(a, b))
        for a, b, first, second in places
        if a is not None and b is not None and a != b
    ]


def _said_to_be_two(one: set[str], other: set[str], said: _Said) -> bool:
    return any(not same and len(pair & one) == 1 and len(pair & other) == 1 for pair, same in said.items())


def _claims(sourced: Sourced) -> dict[str, frozenset[str]]:
    """By feed, what an offer is there: its regional id, else its key; several of one feed when a human said so."""
    claims: dict[str, frozenset[str]] = {}
    for feed, key in sourced.records:
        claims[feed] = claims.get(feed, frozenset()) | {min(regional_ids(key), default=key)}
    return claims
