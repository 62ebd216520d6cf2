"""A diagnosis in a language: its reasons, whose arguments are still moments, distances, names and other reasons; figures that add up."""

from collections.abc import Sequence
from datetime import date, datetime, time

from babel.numbers import format_decimal

from sejour.domain.curation import Notice
from sejour.domain.notices import begins_at, said_of
from sejour.domain.obstacle import Metres
from sejour.domain.suggestion import Score
from sejour.domain.text import LocalText, Reason
from sejour.domain.travel import Travel
from sejour.domain.visit import Visit, Wish
from sejour.web import words
from sejour.web.i18n import Speech

FAR = 200  # days from which a date has its year


def told(said: Speech, reason: Reason, today: date) -> str:
    """The sentence, as on `today`."""
    values = {name: _value(said, value, today) for name, value in reason.arguments.items()}
    return said.gettext(reason.key) % values if values else said.gettext(reason.key)


def _value(said: Speech, value: object, today: date) -> object:
    match value:
        case Reason():
            return told(said, value, today)
        case datetime():
            clock = said.clock(value)
            return clock if value.date() == today else said.gettext("%(day)s à %(time)s") % {"day": _day(said, value.date(), today), "time": clock}
        case date():
            return _day(said, value, today)
        case time():
            return said.clock(datetime.combine(today, value))
        case Metres():
            return said.distance(value)
        case LocalText():
            return said.choose(value)[0]
        case Travel():
            return said.gettext(words.TRAVELS[value.mode]) % {"minutes": value.minutes}
        case Wish():
            return said.gettext(words.WISHES[value])
        case tuple():
            return ", ".join(str(_value(said, each, today)) for each in value)
        case float():
            return decimal(said, value)
    return value


def _day(said: Speech, day: date, today: date) -> str:
    return said.date(day.isoformat()) if abs(day - today).days > FAR else said.day_from(day, today)


def notice_words(said: Speech, visit: Visit, notice: Notice) -> str:
    """ "Complet, dit l’office, jusqu’à 18 h"; "À partir de lun. 17 août · Fermé, dit l’office, jusqu’à …" when it is still to come."""
    words, starts = told(said, said_of(notice, visit.moment), visit.moment.date()), begins_at(notice, visit.moment)
    if starts is None:
        return words
    from_ = said.day_from(starts.date(), visit.moment.date()) if starts.date() != visit.moment.date() else said.clock(starts)
    return said.gettext("À partir de %(moment)s") % {"moment": from_} + f" · {words}"


def decimal(said: Speech, value: float) -> str:
    """ "1,20"."""
    return format_decimal(round(value, 2) or 0.0, "0.00", locale=said.locale)


def adding_up(scores: Sequence[Score]) -> list[float]:
    """Their points to the hundredth, such that these add up to their sum rounded: what is left goes, a hundredth each, to those of a weight that is
    not 1, whose value is rounded too, and there to those farthest from their rounding."""
    points = [score.points for score in scores]
    cents = [round(each * 100) for each in points]
    left = round(sum(points) * 100) - sum(cents)
    step = 1 if left > 0 else -1
    order = sorted(range(len(scores)), key=lambda n: (points[n] == 0, scores[n].weight == 1, step * (cents[n] - points[n] * 100)))
    for n in order[: abs(left)]:
        cents[n] += step
    return [each / 100 for each in cents]
