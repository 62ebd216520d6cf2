"""Public and school holidays of a French territory, as the domain asks for them. Imported when hours mention them only: it is slow."""

from datetime import date, timedelta
from functools import lru_cache

from sejour.domain.osm_hours import Holidays

SUBDIVISIONS = {  # département to the subdivision code of the holidays package; Alsace-Moselle and overseas have days of their own
    "57": "57", "67": "6AE", "68": "6AE", "971": "971", "972": "972", "973": "973", "974": "974", "975": "PM", "976": "976",
    "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
_OVERSEAS = {  # time zone to département
    "America/Guadeloupe": "971", "America/Martinique": "972", "America/Cayenne": "973", "Indian/Reunion": "974", "America/Miquelon": "975",
    "Indian/Mayotte": "976", "America/St_Barthelemy": "977", "America/Marigot": "978", "Pacific/Wallis": "986", "Pacific/Tahiti": "987",
    "Pacific/Noumea": "988",
}  # fmt: skip
_ACADEMIES = {
    "A": "01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 86 87 89 90",
    "B": "02 04 05 06 08 10 13 14 18 22 27 28 29 35 36 37 41 44 45 49 50 51 52 53 54 55 56 57 59 60 61 62 67 68 72 76 80 83 84 85 88",
    "C": "09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95",
}
SCHOOL_ZONES = {  # département to zone (décret of 2015); overseas and Corsica keep their own calendars, which are not known here
    department: zone for zone, departments in _ACADEMIES.items() for department in departments.split()
}


def holidays_in(zone: str, first_year: int, last_year: int) -> Holidays:
    """Those of a time zone, where no département was told: overseas have their own."""
    return holidays_of(_OVERSEAS.get(zone, ""), "", first_year, last_year)


@lru_cache(maxsize=8)
def holidays_of(department: str, zone: str, first_year: int, last_year: int, country: str = "FR") -> Holidays:
    """The holidays from 1 January `first_year` to 31 December `last_year`, or to the last published day of the school calendar when that
    is sooner (`public` goes on). `zone` A, B or C, else that of the department; `country` other than FR has public holidays only."""
    import holidays

    subdivision = SUBDIVISIONS.get(department) if country == "FR" else department or None
    public = holidays.country_holidays(country, subdiv=subdivision, years=range(first_year, last_year + 1))
    school = _school_days(zone or SCHOOL_ZONES.get(department, ""), first_year, last_year) if country == "FR" else []
    last = date(last_year, 12, 31)
    if school and school[-1] < date(last_year, 12, 1):  # what comes after is not published yet
        last = school[-1]
    return Holidays(date(first_year, 1, 1), last, frozenset(public), _ranges(school) if school else None)


def _school_days(zone: str, first_year: int, last_year: int) -> list[date]:
    """Every published day of holidays, ascending; none when the calendar of that zone is not known."""
    from vacances_scolaires_france import SchoolHolidayDates, UnsupportedYearException

    known, days = SchoolHolidayDates(), list[date]()
    if zone not in ("A", "B", "C"):
        return days
    for year in range(first_year, last_year + 1):
        try:
            published = known.holidays_for_year_and_zone(year, zone)
        except UnsupportedYearException:
            break
        days += sorted(published)
    return days


def _ranges(days: list[date]) -> tuple[tuple[date, date], ...]:
    ranges: list[tuple[date, date]] = []
    for day in days:
        if ranges and day - ranges[-1][1] == timedelta(days=1):
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return tuple(ranges)
