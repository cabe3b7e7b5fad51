from __future__ import annotations

import random

import pytest

from fruitful.moderation.fingerprint import NEAR_DUPLICATE, fingerprint, similarity

ADVERTISEMENT = (
    "My neighbour Ottilie showed me how to pay off my mortgage in six months. Write to "
    "Professor Quillfeather at https://quillfeather.example/a7 and begin with only 200 dollars!"
)


@pytest.mark.parametrize(
    "copy",
    [
        ADVERTISEMENT.replace("Ottilie", "Bartholomew"),
        ADVERTISEMENT.replace("https://quillfeather.example/a7", "www.other.example/b?u=993"),
        ADVERTISEMENT.replace("200", "5,000").replace("six", "nine"),
        ADVERTISEMENT.upper(),
        ADVERTISEMENT.replace(".", " ...").replace("!", "?!?!"),
        "Great report, thank you. " + ADVERTISEMENT,
        ADVERTISEMENT.replace("showed me how to", "taught me to").replace("begin", "start"),
        "\n\n".join(reversed(ADVERTISEMENT.split(". "))),
    ],
    ids=["name", "link", "numbers", "case", "punctuation", "prefix", "wording", "order"],
)
def test_near_duplicate_spam_from_two_accounts_shares_a_band_however_it_is_varied(
    copy: str,
) -> None:
    assert fingerprint(ADVERTISEMENT).collides(fingerprint(copy))
    assert similarity(ADVERTISEMENT, copy) >= NEAR_DUPLICATE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The council should repair the harbour bridge before it builds another car park.",
            "Before the council builds anything new I want to see the harbour road made safe.",
        ),
        (
            "I disagree: the new timetable leaves the northern villages without an evening bus.",
            "I disagree: nobody has shown that the school would be cheaper to run as one site.",
        ),
    ],
)
def test_two_opinions_on_one_topic_are_not_near_duplicates(one: str, other: str) -> None:
    assert not fingerprint(one).collides(fingerprint(other))
    assert similarity(one, other) < NEAR_DUPLICATE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thank you!",
        "I agree.",
        "ok thanks",
        "Thanks for the great article, Marta!",
        "👏👏👏",
        "10/10",
    ],
)
def test_short_common_replies_have_no_fingerprint(text: str) -> None:
    assert fingerprint(text).bands == ()
    assert similarity(text, text) == 0.0


def test_a_few_words_with_a_link_are_enough_to_judge() -> None:
    one, other = (f"cheap watches and bags https://{h}.example" for h in ("ape", "bee"))
    assert fingerprint(one).collides(fingerprint(other))


def test_a_reply_that_quotes_its_parent_is_no_copy_of_it() -> None:
    parent = "The council should repair the harbour bridge before it builds another car park."
    reply = (
        f"> {parent}\n\nThey had eleven years to do so and chose the marina instead, twice over."
    )
    assert not fingerprint(parent).collides(fingerprint(reply))


def test_an_advertisement_hidden_in_a_quotation_is_still_found() -> None:
    assert fingerprint(ADVERTISEMENT).collides(fingerprint(f"> {ADVERTISEMENT}"))


def test_bands_fit_a_signed_64_bit_column() -> None:
    bands = fingerprint(ADVERTISEMENT).bands
    assert len(bands) == len(set(bands)) == 20
    assert all(-(2**63) <= band < 2**63 for band in bands)


def test_unrelated_texts_hardly_ever_collide() -> None:
    syllables = [a + b for a in "bdfgklmprstv" for b in ("an", "or", "il", "e", "u")]
    words = [a + b for a in syllables for b in syllables]
    draw = random.Random(4)
    prints = [fingerprint(" ".join(draw.choices(words, k=30))) for _ in range(150)]
    collisions = sum(a.collides(b) for index, a in enumerate(prints) for b in prints[index + 1 :])
    assert collisions <= 3
