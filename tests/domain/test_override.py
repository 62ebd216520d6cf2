"""The office's corrections: never wrong enough to lose a card, never written over its source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.curation import Override
from sejour.domain.hours import read_hours
from sejour.domain.offer import Contact, ContactType, Kind, Offer
from sejour.domain.override import Standing, caught_up, corrected, next_change, overridden, source_of, stale
from sejour.domain.place import Place, valid_place
from sejour.domain.text import LocalText
from tests.builders import AUGUST, PARIS, ROYALE, at, make_offer
from tests.domain.samples import sure_texts

CARD = make_offer(
    "Musée",
    hours="Tu-Su 10:00-12:00",
    hours_text=LocalText({"fr": "Le matin"}),
    descriptions=LocalText({"fr": "Des tableaux.", "de": "Bilder."}, ("de",)),
    contacts=(Contact(ContactType.PHONE, "+33559000001"), Contact(ContactType.EMAIL, "a@b.fr"), Contact(ContactType.WEB, "https://a.fr/")),
)


def made(offer: Offer = CARD, **fields: object) -> Offer:
    """Corrected, with nothing refused."""
    card, refused = overridden(offer, Override(offer.id, **fields))  # type: ignore[arg-type]
    assert refused == ()
    return card


def test_each_field_that_is_given_wins_and_the_others_stay() -> None:
    assert made() == CARD
    assert made(names=LocalText({"fr": "Le Musée", "en": "Museum"})).names.texts == {"fr": "Le Musée", "en": "Museum"}
    assert made(kind=Kind.ACTIVITY).kind is Kind.ACTIVITY
    assert made(place=ROYALE).place == ROYALE
    assert made(phone="+33559000002").contact(ContactType.PHONE) == "+33559000002"
    assert made(web="https://b.fr/x").contact(ContactType.WEB) == "https://b.fr/x"
    assert made(booking="https://b.fr/x").contact(ContactType.EMAIL) == "a@b.fr"
    hours = made(hours="Mo-Su 10:00-18:00")
    assert (hours.hours, hours.hours_text) == ("Mo-Su 10:00-18:00", None)  # the source's sentence would say otherwise


def test_what_is_said_to_be_unknown_is_not_known() -> None:
    assert made(phone="").contact(ContactType.PHONE) is None
    assert made(hours="").hours is None


def test_a_language_that_is_corrected_was_written_by_a_human() -> None:
    text = made(descriptions=LocalText({"de": "Gemälde.", "fr": " "})).descriptions
    assert text == LocalText({"fr": "Des tableaux.", "de": "Gemälde."})


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"hours": "tous les jours"}, "hours"),
        ({"place": Place(0.0, 0.0)}, "place"),
        ({"place": Place(91.0, 0.0)}, "place"),
        ({"phone": "05 59"}, "phone"),
        ({"web": "javascript:alert(1)"}, "web"),
        ({"booking": "www.a.fr"}, "booking"),
    ],
)
def test_what_cannot_be_taken_up_is_listed_and_the_rest_is(fields: dict[str, object], refused: str) -> None:
    card, wrong = overridden(CARD, Override(CARD.id, **{**fields, "kind": Kind.SHOP}))  # type: ignore[arg-type]
    assert [(each.offer, each.field) for each in wrong] == [(CARD.id, refused)]
    assert card == made(kind=Kind.SHOP)


texts = st.none() | st.builds(LocalText, st.dictionaries(st.sampled_from(["fr", "en", "nl", ""]), st.text(max_size=9)), st.just(("fr", "xx")))
anything = st.none() | st.text(max_size=30) | st.sampled_from(["+33559000000", "https://a.fr", "Mo 10:00-12:00", "24/7", "off"]) | sure_texts
degrees = st.floats() | st.floats(-200, 200)


@given(st.builds(Override, st.just(CARD.id), names=texts, descriptions=texts, easy=texts, kind=st.none() | st.sampled_from(Kind),
                 place=st.none() | st.builds(Place, degrees, degrees), hours=anything, phone=anything, web=anything, booking=anything,
                 source=st.dictionaries(st.sampled_from(["names.fr", "hours", "easy.fr", "?"]), st.text(max_size=5))))  # fmt: skip
def test_no_correction_breaks_a_card(override: Override) -> None:
    card, _ = overridden(CARD, override)
    assert card.id == CARD.id
    assert all(text for text in card.names.texts.values())
    assert card.place and valid_place(card.place.lat, card.place.lon)
    if card.hours:
        read_hours(card.hours, PARIS)
    assert set(caught_up(CARD, override)) >= set(stale(CARD, override))
    again, _ = overridden(card, override)
    assert again == card


def test_they_hold_on_their_occasions_the_last_one_winning() -> None:
    summer = Override(CARD.id, at("2026-07-01 00:00"), at("2026-09-01 00:00"), hours="Mo-Su 09:00-20:00")
    always = Override(CARD.id, hours="Mo-Fr 09:00-12:00")
    mondays = Override(CARD.id, weekdays=(0,), hours="24/7")
    other = make_offer("autre")
    for moment, hours in (("2026-06-30 23:59", "Mo-Fr 09:00-12:00"), ("2026-08-13 12:00", "Mo-Su 09:00-20:00"), ("2026-08-10 12:00", "24/7")):
        found, refused = corrected([CARD, other], [always, summer, mondays], at(moment))
        assert (found[0].hours, refused) == (hours, [])
        assert found[1] is other
    assert next_change([always, summer], at("2026-06-30 23:59")) == summer.start
    assert next_change([always, summer], AUGUST) == summer.end
    assert next_change([always, summer], at("2026-09-01 00:00")) is None


# ---- what the source says meanwhile ----


def remembered(**fields: object) -> Override:
    """A correction of CARD, and what CARD said then."""
    bare = Override(CARD.id, **fields)  # type: ignore[arg-type]
    return Override(CARD.id, source=source_of(CARD, bare), **fields)  # type: ignore[arg-type]


def test_what_the_source_said_is_remembered_field_by_field() -> None:
    override = remembered(hours="24/7", names=LocalText({"en": "Museum"}), easy=LocalText({"fr": "On voit des tableaux."}))
    assert override.source == {"names.fr": "Musée", "easy.fr": "Des tableaux.", "easy.de": "Bilder.", "hours": "Tu-Su 10:00-12:00"}


def test_the_source_catches_up_or_moves_or_does_not() -> None:
    override = remembered(hours="24/7", phone="+33559000002", names=LocalText({"fr": "Le Musée"}))
    assert set(caught_up(CARD, override).values()) == {Standing.STILL}
    said = make_offer(
        "Musée", hours="24/7", names=LocalText({"fr": "Le Musée", "en": "Museum"}), contacts=(Contact(ContactType.PHONE, "+33559000009"),)
    )
    assert caught_up(said, override) == {"names": Standing.SAME, "hours": Standing.SAME, "phone": Standing.MOVED}
    assert caught_up(said, Override(CARD.id, phone="+33559000002")) == {"phone": Standing.STILL}  # nobody remembered


def test_translations_are_stale_when_the_text_beside_which_they_were_written_changed() -> None:
    override = remembered(descriptions=LocalText({"en": "Paintings.", "nl": "Schilderijen."}), names=LocalText({"en": "Museum"}))
    assert stale(CARD, override) == {}
    german = make_offer("Musée", descriptions=LocalText({"fr": "Des tableaux.", "de": "Gemälde."}))
    assert stale(german, override) == {}  # none of ours was made from it
    french = make_offer("Musée", descriptions=LocalText({"fr": "Des tableaux et des statues."}))
    assert stale(french, override) == {"descriptions": ("en", "nl")}
    gone = make_offer("Musée", descriptions=None)
    assert stale(gone, override) == {"descriptions": ("en", "nl")}
