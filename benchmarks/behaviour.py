"""Simulated stays: what a visitor would lose by following a page instead of knowing everything. Bookkeeping, not evidence: how visitors behave is
ASSUMED here, below; the figures only say what each part of the ranking adds under these assumptions.

A visitor asks QUERIES times in three days, from a hotspot or from where they went last, and goes to the card that they like most, an upper
card being seen more often than a lower one. What is closed, over or dark when they arrive is worth nothing to them. Relative regret is
sum (best feasible worth - worth of the choice) / sum best; ILD@10 the mean over pairs of a page of 1 - likeness (the same category 0.6, some minutes
on foot apart 0.4 exp(-minutes / 10)); Gini that of the attention that offers got.
"""

import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.pool import Pool

import numpy as np

from benchmarks.cities import FloatArray, IntArray
from benchmarks.fairness import OFTEN, gini
from benchmarks.rankers import FILTER, OURS, RANKERS, UNFAIR, Asked, Ranker
from benchmarks.stays import PROCESSES
from benchmarks.table import Row, absent, short
from benchmarks.towns import SKIES, Town, towns
from sejour.domain.catalogue import KINDS, Catalogue
from sejour.domain.fairness import exposure
from sejour.domain.place import Place
from sejour.domain.priors import SHELTERS
from sejour.domain.ranking import IDEAS, situate
from sejour.domain.timetable import Sort
from sejour.domain.travel import DETOUR, PACES, Mode, great_circle_m, travel_minutes
from sejour.domain.visit import Visit
from tests.builders import steady
from tests.domain.feasibility import past

SEEDS, STAYS, QUERIES = 3, 25, 12
TASTE, QUALITY = 0.5, 0.5  # ASSUMED: spread of a visitor's taste for a category, of an offer's true quality around its stars (natural logarithms)
TIRED = 20.0  # ASSUMED: minutes of travel that make anything worth 2.7 times less
OPEN_AFTER_ALL = 0.6  # ASSUMED: chance that what nobody knows the hours of is open
GOAL_REGRET, GOAL_ILD = 0.33, 0.65


@dataclass(slots=True)
class Books:
    best: float = 0.0
    got: float = 0.0
    went: int = 0
    disappointed: int = 0
    shown: int = 0
    open: int = 0
    past: int = 0
    pages: int = 0
    different: float = 0.0
    attention: FloatArray = field(default_factory=lambda: np.zeros(0))  # by offer, then able: how many pages it could have been on
    able: FloatArray = field(default_factory=lambda: np.zeros(0))
    spread: dict[str, tuple[float, float]] = field(default_factory=dict)


def simulate(town: Town, catalogue: Catalogue, ranker: Ranker, seed: int) -> Books:
    chance, other = np.random.default_rng(seed), np.random.default_rng([seed, 1])  # the same stays whatever the ranker draws
    located = ~np.isnan(catalogue.lat)
    ideas = np.flatnonzero(located & np.isin(catalogue.kind, [KINDS.index(kind) for kind in IDEAS]))
    quality = catalogue.attraction + chance.normal(0, QUALITY, len(catalogue.offers))
    books = Books(attention=np.zeros(len(catalogue.offers)), able=np.zeros(len(catalogue.offers)))
    for _ in range(STAYS):
        taste, done = chance.normal(0, TASTE, int(catalogue.category.max()) + 1), set[int]()
        here = hotspot = _near(town.place, chance)
        for moment in _moments(town.built, chance):
            visit = Visit(town.name, here, moment, forecast=steady(SKIES[int(chance.integers(len(SKIES)))], moment))
            luck = chance.random(len(catalogue.offers)) < OPEN_AFTER_ALL
            asked = _ask(catalogue, visit, quality + taste[catalogue.category], luck, ideas, other)
            went, back = _follow(asked, ranker(asked), done, books), chance.random() < 0.5
            here = hotspot if went is None or back else Place(float(catalogue.lat[went]), float(catalogue.lon[went]))
    among = {"offers": np.arange(len(catalogue.offers)), "providers": _alone(catalogue.provider), "communes": _alone(catalogue.commune)}
    books.spread = {name: spread(books.attention[ideas], books.able[ideas], group[ideas]) for name, group in among.items()}
    return books


def _alone(group: IntArray) -> IntArray:
    """Who shares a number with nobody (-1) has one of their own."""
    return np.where(group >= 0, group, len(group) + np.arange(len(group)))


def spread(attention: FloatArray, able: FloatArray, group: IntArray) -> tuple[float, float]:
    """(Gini of the attention of groups, share of those that could have been shown OFTEN times and never were)."""
    which = np.unique(group, return_inverse=True)[1]
    got, could = np.bincount(which, attention), np.bincount(which, able)
    return gini(got), float((got[could >= OFTEN] == 0).mean())


def _near(place: Place, chance: np.random.Generator) -> Place:
    return Place(place.lat + chance.normal(0, 0.004), place.lon + chance.normal(0, 0.004))


def _moments(built: datetime, chance: np.random.Generator) -> list[datetime]:
    """Over three days, between 9 and 22 h."""
    first = built.replace(hour=0) + timedelta(days=int(chance.integers(10)))
    return sorted(first + timedelta(days=int(chance.integers(3)), minutes=int(chance.integers(540, 1320))) for _ in range(QUERIES))


def _ask(catalogue: Catalogue, visit: Visit, liked: FloatArray, luck: FloatArray, ideas: IntArray, chance: np.random.Generator) -> Asked:
    situation = situate(catalogue, visit)
    street = great_circle_m(visit.place.lat, visit.place.lon, catalogue.lat, catalogue.lon) * DETOUR
    walk, car = travel_minutes(Mode.WALK, street), travel_minutes(Mode.CAR, street)
    minutes = np.where(walk <= PACES[Mode.WALK].longest_minutes, walk, car)
    hour = np.log(catalogue.hour_factors[catalogue.category, visit.moment.hour])
    hopes = liked + hour - minutes / TIRED
    told = situation.offers
    at_its_hour = situation.slot.hour_logs[catalogue.category[told], situation.quarters]
    sky = situation.slot.weather_logs[catalogue.category[told] * len(SHELTERS) + catalogue.shelter[told] % len(SHELTERS), situation.quarters]
    hopes[told] = liked[told] + at_its_hour + sky - (minutes[told] + situation.wait) / TIRED
    truly = np.zeros(len(liked))
    truly[told] = (situation.sort != Sort.UNSURE) | luck[told]
    return Asked(catalogue, visit, np.exp(hopes), truly, told, street, ideas, chance)


def _follow(asked: Asked, page: list[int], done: set[int], books: Books) -> int | None:
    """Where the visitor goes, if anywhere."""
    new = np.array([i not in done for i in range(len(asked.hopes))])
    books.best += float((asked.hopes * asked.open * new).max())
    books.pages += bool(page)
    books.shown += len(page)
    books.open += int(asked.open[page].sum())
    books.past += sum(past(asked.catalogue.offers[i], asked.visit.moment) for i in page)
    books.different += intra_list_distance(asked.catalogue, np.array(page, dtype=np.int64))
    books.attention[page] += exposure(len(page))
    books.able[asked.told] += 1
    worth = asked.hopes[page] * exposure(len(page)) * new[page]
    if not len(worth) or worth.max() <= 0:
        return None
    choice = page[int(np.argmax(worth))]
    done.add(choice)
    books.went += 1
    books.disappointed += not asked.open[choice]
    books.got += float(asked.hopes[choice] * asked.open[choice])
    return choice


def intra_list_distance(catalogue: Catalogue, page: IntArray) -> float:
    if len(page) < 2:
        return 0.0
    category, lat, lon = catalogue.category[page], catalogue.lat[page], catalogue.lon[page]
    metres = np.stack([great_circle_m(a, b, lat, lon) for a, b in zip(lat.tolist(), lon.tolist(), strict=True)])
    alike = 0.6 * (category[:, None] == category) + 0.4 * np.exp(-travel_minutes(Mode.WALK, metres * DETOUR) / 10)
    return float((1 - alike)[np.triu_indices(len(page), 1)].mean())


def _run(which: tuple[str, int, int]) -> Books:
    name, town, seed = which
    found = towns()[town]
    return simulate(found, found.catalogue(), RANKERS[name](), seed)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of some runs of one ranker."""

    regret: float
    ild: float
    disappointed: float
    open: float
    past: float
    spread: dict[str, tuple[float, float]]  # of offers, providers, communes: as `spread`

    def __str__(self) -> str:
        shares = f"disappointed {short(self.disappointed)}, open {short(self.open)}, past {short(self.past)}"
        return f"regret {short(self.regret)}, ILD {short(self.ild)}, {shares}, Gini {short(self.spread['offers'][0], 2)}"

    @property
    def attention(self) -> str:
        return ", ".join(f"{name} {short(uneven, 2)} {never:.0%}" for name, (uneven, never) in self.spread.items())


def kept(books: Sequence[Books]) -> Kept:
    def of(name: str, among: str) -> float:
        return float(sum(getattr(each, name) for each in books) / sum(getattr(each, among) for each in books))

    shares = (1 - of("got", "best"), of("different", "pages"), of("disappointed", "went"), of("open", "shown"), of("past", "shown"))
    means = {name: np.mean([each.spread[name] for each in books], axis=0).tolist() for name in books[0].spread}
    return Kept(*shares, {name: (uneven, never) for name, (uneven, never) in means.items()})


def behaviour_rows() -> Iterator[Row]:
    """Pau and the invented town in July; then Touraine in September, where it lies, which has more restaurants than anything else."""
    touraine = [n for n, town in enumerate(towns()) if town.name == "Touraine" and town.built.month == 9]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        near = _measure(pool, tuple(RANKERS), (0, 1))
        far = _measure(pool, (FILTER, UNFAIR, OURS), touraine) if touraine else {}
    goal, ours = f"regret ≤ {short(GOAL_REGRET, 2)} and ≤ that of {FILTER}; ILD ≥ {short(GOAL_ILD, 2)}", near[OURS]
    reached = ours.regret <= min(GOAL_REGRET, near[FILTER].regret) and ours.ild >= GOAL_ILD
    yield Row("simulated stays (assumed behaviour)", goal, str(ours), "", reached)
    for name in RANKERS:
        if name != OURS:
            yield Row(f"… {name}", "", str(near[name]))
    yield from _touraine_rows(far)


def _touraine_rows(far: dict[str, Kept]) -> Iterator[Row]:
    goal = f"regret ≤ that of {FILTER}; ILD ≥ {short(GOAL_ILD, 2)}"
    if not far:
        yield absent("simulated stays in Touraine", goal)
        return
    ours, beside = far[OURS], far[FILTER]
    reached = ours.regret <= beside.regret and ours.ild >= GOAL_ILD
    yield Row("simulated stays in Touraine", goal, str(ours), f"{FILTER}: regret {short(beside.regret)}, ILD {short(beside.ild)}", reached)
    yield Row("… attention there, Gini and share never shown", "", ours.attention, f"without fairness: {far[UNFAIR].attention}")


def _measure(pool: Pool, names: Sequence[str], which: Sequence[int]) -> dict[str, Kept]:
    runs = [(name, town, seed) for name in names for town in which for seed in range(SEEDS)]
    done = pool.map(_run, runs, chunksize=1)
    return {name: kept([books for run, books in zip(runs, done, strict=True) if run[0] == name]) for name in names}
