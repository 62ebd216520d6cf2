"""Every visitor reads the whole page in their own language: the catalogues are complete, and written as that language writes."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po

from sejour.web import words
from sejour.web.i18n import LANGUAGES, LOCALES, speech
from sejour.web.templates import TEMPLATES

ROOT = TEMPLATES.parent
LOCALE = TEMPLATES / "locale"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8").split("\ntranslations:")[1]
FOREIGN = tuple(language for language in LANGUAGES if language != "fr")
HEADER = {"Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
SAME = {  # words that the language shares with French, on purpose
    "en": {"Restaurant", "Service", "Services", "Aquarium", "Bowling", "Brasserie", "Bus", "Café", "Casino", "Concert", "Festival", "Sport", "Taxi",
           "culture", "nature", "Dates", "Total", "Police"},
    "nl": {"Restaurant", "Agenda", "Aquarium", "Bowling", "Brasserie", "Bus", "Café", "Camping", "Casino", "Concert", "Festival", "Sport", "Taxi"},
    "de": {"Restaurant", "Service", "Aquarium", "Bowling", "Brasserie", "Bus", "Café", "Casino", "Festival", "Sport", "Taxi"},
    "es": {"Agenda", "Brasserie", "Camping", "Casino", "Festival", "Taxi", "Total"},
    "it": {"Bistrot", "Bowling", "Brasserie", "Festival", "Sport", "Taxi"},
}  # fmt: skip
QUOTES = {"en": "“”", "nl": "“”", "de": "„“", "es": "«»", "it": "«»"}
PLACE = re.compile(r"%(?:\((\w+)\))?([-#0 +\d.]*[a-zA-Z%])")
TAB_LENGTH = 16  # characters, the longest of the moments' tabs; French has 13


def extracted() -> set[str | tuple[str, ...]]:
    """The messages of the code, as `make translations` finds them: its method map, its keywords."""
    with (LOCALE / "babel.cfg").open(encoding="utf-8") as file:
        method_map, options_map = parse_mapping_cfg(file)
    keywords = DEFAULT_KEYWORDS | parse_keywords(re.findall(r"-k (\S+)", MAKEFILE))
    return {message for _, _, message, _, _ in extract_from_dir(ROOT, method_map, options_map, keywords)}


def catalogue(language: str) -> Catalog:
    with (LOCALE / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def texts(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """The forms of a msgid or msgstr: one, or one for each plural."""
    return (value,) if isinstance(value, str) else tuple(value)


def messages(language: str) -> Iterator[tuple[Message, str, str]]:
    """(message, French, translation) of every form; where a language has more plurals than French, against the French plural."""
    for message in catalogue(language):
        if message.id:
            french = texts(message.id)
            for n, translation in enumerate(texts(message.string)):
                yield message, french[min(n, len(french) - 1)], translation


def places(text: str) -> list[tuple[str, str]]:
    return sorted(PLACE.findall(text))


@pytest.fixture(scope="module")
def source() -> set[str | tuple[str, ...]]:
    return extracted()


def test_the_languages_agree() -> None:
    made = re.search(r"for language in ([a-z ]+);", MAKEFILE)
    assert made and tuple(made[1].split()) == FOREIGN
    assert {path.stem for path in LOCALE.glob("*.po")} == set(FOREIGN) == set(SAME) == set(QUOTES)
    assert set(LOCALES) == set(LANGUAGES)


def test_the_source_is_found(source: set[str | tuple[str, ...]]) -> None:
    """The extraction reads the domain, the pages' code, the errors and the templates."""
    assert {"Vaut le détour", "Musée", "L’adresse est trop longue.", "Toutes les idées"} <= source
    said = {
        word
        for table in (words.KINDS, words.DIRECTORIES, words.THEMES, words.MOMENTS, words.TITLES, words.WISHES, words.TRAVELS, words.RULES)
        for word in table.values()
    }
    assert said <= source


@pytest.mark.parametrize("language", FOREIGN)
def test_a_catalogue_is_complete(language: str, source: set[str | tuple[str, ...]]) -> None:
    catalog = catalogue(language)
    assert {message.id for message in catalog if message.id} == {form if isinstance(form, str) else tuple(form) for form in source}
    assert [message.id for message in catalog if message.id and not all(texts(message.string))] == []
    assert [message.id for message in catalog if message.id and message.fuzzy] == []
    assert list(catalog.obsolete) == []
    assert list(catalog.check()) == []


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_keeps_the_places_and_the_edges(language: str) -> None:
    for message, french, translation in messages(language):
        assert places(translation) == places(french), message.id
        assert (translation[:1].isspace(), translation[-1:].isspace()) == (french[:1].isspace(), french[-1:].isspace()), message.id


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_is_not_french(language: str) -> None:
    """What stays as in French is what is listed, and nothing is listed in vain."""
    same = {french for _, french, translation in messages(language) if translation == french}
    assert same == SAME[language]


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_has_its_own_typography(language: str) -> None:
    opening, closing = QUOTES[language]
    for message, french, translation in messages(language):
        assert not set("'\"") & set(translation), f"{message.id}: straight quotes"
        assert not re.search(r"\s[:;?!»]|«\s|  |[\u202f\xa0]", translation), f"{message.id}: French spaces"
        assert set(translation) & set("“”„«»") <= {opening, closing}, f"{message.id}: quotes of another language"
        assert french.count("«") == translation.count(opening) == translation.count(closing), message.id
        assert french.endswith(".") <= translation.endswith("."), message.id
        assert french[:1].isupper() <= translation.lstrip("¿¡" + opening)[:1].isupper(), message.id


@pytest.mark.parametrize("language", FOREIGN)
def test_a_tab_is_short(language: str) -> None:
    for word in words.MOMENTS.values():
        assert len(speech(language).gettext(word)) <= TAB_LENGTH


@pytest.mark.parametrize("language", FOREIGN)
def test_a_header_tells_only_what_gettext_reads(language: str) -> None:
    """No names, no dates: `make translations` twice is `make translations` once."""
    head, _, _ = (LOCALE / f"{language}.po").read_text(encoding="utf-8").partition("\n\n")
    comment, *lines = head.splitlines()
    assert comment.startswith("# ") and lines[:2] == ['msgid ""', 'msgstr ""']
    assert {line.strip('"').partition(":")[0] for line in lines[2:]} == HEADER
    assert f'"Language: {language}\\n"' in lines


@pytest.mark.parametrize(("language", "museum", "wait"), [
    ("fr", "Musée", "commence dans 25 min"), ("en", "Museum", "starts in 25 min"), ("nl", "Museum", "begint over 25 min"),
    ("de", "Museum", "beginnt in 25 Min."), ("es", "Museo", "empieza en 25 min"), ("it", "Museo", "inizia tra 25 min"),
])  # fmt: skip
def test_a_page_speaks(language: str, museum: str, wait: str) -> None:
    said = speech(language)
    assert said.gettext("Musée") == museum
    assert said.gettext("commence dans %(minutes)s min") % {"minutes": 25} == wait
    assert said.gettext("pas dans le catalogue") == "pas dans le catalogue"
