"""A language: its translations, and how it writes times, dates, distances, prices and phone numbers."""

import gettext
import io
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache

from babel import Locale
from babel.core import negotiate_locale
from babel.dates import format_date, format_skeleton, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from sejour.domain.text import LocalText, Reason
from sejour.web.templates import TEMPLATES

LANGUAGES = {"fr": "Français", "en": "English", "nl": "Nederlands", "de": "Deutsch", "es": "Español", "it": "Italiano"}
LOCALES = {"fr": "fr_FR", "en": "en_GB", "nl": "nl_NL", "de": "de_DE", "es": "es_ES", "it": "it_IT"}
THIN = "\u202f"  # narrow no-break space


class Speech:
    """One language of the pages. French is the source: it needs no catalogue."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(LOCALES[language])

    @cached_property
    def translations(self) -> gettext.NullTranslations:
        path = TEMPLATES / "locale" / f"{self.language}.po"
        if self.language == "fr" or not path.exists():
            return gettext.NullTranslations()
        compiled = io.BytesIO()
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=self.language))
        compiled.seek(0)
        return gettext.GNUTranslations(compiled)

    def gettext(self, message: str) -> str:
        return self.translations.gettext(message)

    def ngettext(self, one: str, many: str, n: int) -> str:
        if self.language == "fr":
            return one if n < 2 else many
        return self.translations.ngettext(one, many, n)

    def say(self, reason: Reason) -> str:
        translated = self.gettext(reason.key)
        return translated % reason.arguments if reason.arguments else translated

    def choose(self, name: LocalText) -> tuple[str, str]:
        """(name, its language): in French when there is none in this language, as the signs in the street are."""
        return name.choose(self.language)

    def prose(self, text: LocalText) -> tuple[str, str]:
        """(text, its language): in English when there is none in this language."""
        return text.choose(self.language, "en")

    def clock(self, moment: datetime) -> str:
        """ "14 h 30", "19 h", "minuit" in French; the locale's short form elsewhere."""
        if self.language != "fr":
            return format_time(moment, "short", locale=self.locale).replace(" ", THIN)
        if moment.hour == moment.minute == 0:
            return "minuit"
        minutes = f"{THIN}{moment.minute:02d}" if moment.minute else ""
        return f"{moment.hour}{THIN}h{minutes}"

    def day(self, day: date) -> str:
        """ "jeu. 14 août"."""
        return _day(day, self.locale)

    def day_from(self, day: date, today: date) -> str:
        """ "aujourd’hui", "demain", or the date."""
        if day == today:
            return self.gettext("aujourd’hui")
        return self.gettext("demain") if day == today + timedelta(days=1) else self.day(day)

    def date(self, iso: str) -> str:
        """ "13 août 2026" of an ISO 8601 date or moment; as it is when it is none."""
        try:
            return format_date(date.fromisoformat(iso[:10]), "long", locale=self.locale)
        except ValueError:
            return iso

    def points(self, value: float) -> str:
        """A signed figure of the ranking: "+1,12", "0,00"."""
        rounded = round(value, 2) or 0.0
        return ("+" if rounded > 0 else "") + format_decimal(rounded, "0.00", locale=self.locale)

    def number(self, value: float) -> str:
        """ "1 601", "2,4"."""
        return format_decimal(value, "#,##0.#", locale=self.locale)

    def distance(self, metres: float) -> str:
        if metres < 950:
            return f"{max(10, round(metres / 10) * 10)}{THIN}m"
        return f"{format_decimal(metres / 1000, '#,##0.#', locale=self.locale)}{THIN}km"

    def money(self, amount: float, currency: str) -> str:
        """Without cents when there are none: "4,50 €", "12 €"."""
        pattern = None if amount % 1 else self.locale.currency_formats["standard"].pattern.split(";")[0].replace(".00", "")
        return format_currency(amount, currency, pattern, locale=self.locale, currency_digits=bool(amount % 1))

    def phone(self, number: str) -> str:
        """ "05 59 00 00 00" of "+33559000000"; abroad the number stays international."""
        if not (number.startswith("+33") and len(number) == 12):
            return number
        national = "0" + number[3:]
        return THIN.join(national[i : i + 2] for i in range(0, 10, 2))


@lru_cache(maxsize=512)
def _day(day: date, locale: Locale) -> str:
    return format_skeleton("MMMEd", datetime.combine(day, time(0), UTC), locale=locale)


@lru_cache(maxsize=len(LANGUAGES))
def speech(language: str) -> Speech:
    return Speech(language)


def negotiate(header: str, offered: tuple[str, ...]) -> str:
    """The language of an Accept-Language header (RFC 9110 §12.5.4) among those offered, the first of them when none fits."""
    return _negotiate(header[:500], offered)


@lru_cache(maxsize=512)  # phones of one make and country all say the same
def _negotiate(header: str, offered: tuple[str, ...]) -> str:
    weighted: list[tuple[float, int, str]] = []
    for n, part in enumerate(header.split(",")[:20]):
        tag, _, weight = part.partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        if quality > 0:
            weighted.append((-quality, n, tag.strip().lower()[:2]))
    return negotiate_locale([tag for _, _, tag in sorted(weighted)], offered) or offered[0]
