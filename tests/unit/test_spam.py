from __future__ import annotations

import time
from dataclasses import replace

import pytest

from fruitful.domain.moderation import Signal, Submission
from fruitful.domain.policy import Category, HouseRules, Outcome
from fruitful.moderation.decide import outcome_of
from fruitful.moderation.detectors.spam import SpamDetector
from fruitful.moderation.document import Document
from fruitful.moderation.house_rules import load_default

DETECTOR = SpamDetector()
HOLD, RETURN, REJECT = 0.5, 0.9, 0.98


def signals(text: str, house_rules: HouseRules | None = None) -> tuple[Signal, ...]:
    document = Document(Submission(text=text), house_rules or load_default())
    return DETECTOR.detect(document).signals


def known(text: str, house_rules: HouseRules | None = None) -> float:
    """The highest score among the signals that are not learned."""
    return max((s.score for s in signals(text, house_rules) if not s.learned), default=0.0)


def kinds(text: str) -> set[str]:
    return {signal.evidence for signal in signals(text)}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("work_from_home", "My aunt made $4,200 last month working from home: www.lucre.example/x"),
        ("investment", "Invest $300 in bitcoin and withdraw $2,900 weekly, Telegram me @fenwick"),
        ("fund_recovery", "They recovered my stolen crypto in a day. WhatsApp him +1 555 010 0199"),
        ("loan", "Do you need an urgent loan? Apply now: quickloans@mail.example"),
        ("miracle_cure", "He cured my diabetes with herbs, email Dr Quill: quill@mail.example"),
        ("spell_caster", "A real spell caster helped me, contact temple@mail.example"),
        (
            "dating",
            "Hot girls in your area are waiting for you, add me on WhatsApp +1 555 010 0142",
        ),
        ("seo", "We sell quality backlinks, contact us on WhatsApp +1 555 010 0142"),
        ("promotion", "Use my code SAVE30 and get 30% off all shoes, click here www.shoe.example"),
        ("prize", "Congratulations, you have won a gift card! Click here http://prize.example/z"),
        ("gambling", "Best online casino with free spins, sign up now http://spin.example"),
        ("forgery", "Buy real passports and IELTS without exam, WhatsApp us +1 555 010 0142"),
        ("homework", "Cheap essay writing service, order now at www.essays.example"),
    ],
)
def test_a_known_scam_with_a_way_to_reach_it_is_returned_or_rejected(kind: str, text: str) -> None:
    assert f"pattern:{kind}" in kinds(text)
    assert known(text) >= RETURN


@pytest.mark.parametrize(
    "text",
    [
        "Please subscribe to my channel, I post cooking videos",
        "sub for sub anyone?",
        "I am trading with expert Helga Strand and she never disappoints",
        "Be your own boss like me, my last paycheck was $9,300",
    ],
)
def test_a_bait_alone_waits_for_a_moderator(text: str) -> None:
    assert HOLD <= known(text) < RETURN


@pytest.mark.parametrize(
    "text",
    [
        "Crypto is a bubble, and small investors in bitcoin will pay for it.",
        "I earned $2,000 a month as a nurse and paid half of it in rent.",
        "The bank refused my loan although I have worked for twenty years.",
        "My mother has diabetes and the herbal tea they sold her did nothing.",
        "The minutes are here: https://www.council.example/minutes/2019",
        "The PM for the first time answered the question about the harbour.",
        "Like for like, sales in the high street fell by 4 %.",
        "You can write to the council at planning@council.example until Friday.",
        "Meet me at the signal box, that is where the old line ended.",
        "I watched the video twice and still do not understand the budget.",
        "Check out the library on Sunday, the exhibition is free.",
        "Nurses earn 700 a week here and drive an hour from home to do it.",
    ],
)
def test_honest_talk_about_money_health_and_links_passes(text: str) -> None:
    assert max(signal.score for signal in signals(text)) < HOLD


def test_an_offer_needs_no_sign_of_money_to_be_known() -> None:
    text = "Stop waiting! I earn 900 a week from home, ask me how: best-income.example/start"
    assert max(signal.score for signal in signals(text)) >= RETURN


def test_a_disguised_bait_is_found_and_marked_where_it_stands() -> None:
    text = "Honestly: he is a gréat s p e l l cаster, contact temple@mail.example"
    bait = next(s for s in signals(text) if s.evidence == "pattern:spell_caster")
    assert bait.span is not None
    assert "s p e l l cаster" in text[bait.span.start : bait.span.end]


def test_an_allowed_link_is_no_place_to_be_lured_to() -> None:
    text = "Please support our channel https://www.courier.example/live"
    strict = load_default()
    kind = replace(strict, allowed_links=frozenset({"courier.example"}))
    assert known(text, kind) < known(text, strict)


def test_an_allowed_contact_is_no_bait() -> None:
    text = "Loans without collateral: apply at the credit union, help@union.example"
    strict = load_default()
    kind = replace(strict, allowed_contacts=frozenset({"help@union.example"}))
    assert known(text, kind) < known(text, strict)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("mash", "sdfjkh sdkfjhsdf kjsdhfkjshdf"),
        ("mash", "asdfghjkl"),
        ("mash", "jfieowjfoiewjfo wefjiowe"),
        ("mash", "uhuhoiuhoiuh oiuhoiuhiu"),
        ("wall", "!" * 60),
        ("wall", "what" + "a" * 300),
        ("filler", "Lorem ipsum dolor sit amet, consectetur adipiscing elit."),
        ("opaque", "a8f3k2j9d8s7f6g5h4j3 q9w8e7r6t5y4u3i2o1p0"),
        ("emoji", "🎉" * 30),
        ("signs", "#$%^&*()_+=-{}[]:;<>?/|~#$%^"),
        ("invisible", "hi" + "\u200b" * 40),
        ("piled_marks", "h\u0334\u0335\u0336\u0337e\u0334\u0335\u0336\u0337y"),
    ],
)
def test_nonsense_waits_for_a_moderator(kind: str, text: str) -> None:
    assert f"nonsense:{kind}" in kinds(text)
    assert known(text) >= HOLD


def test_ten_thousand_combining_marks_go_back_to_the_writer() -> None:
    assert known("a" + "\u0301" * 10_000) >= RETURN


@pytest.mark.parametrize(
    "text",
    [
        "Thank you!",
        "👏👏👏",
        "hahahahahahaha",
        "Nooooooooo!!!",
        "10/10",
        "Angstschweiß!",
        "Čtvrtek: zmrzl.",
        "Tiếng Việt có nhiều dấu".encode().decode(),
        "นี่คือภาษาไทยที่มีสระและวรรณยุกต์",
        "Krzysztof Szczepański, Srdjan Hrvatin, Ng Nguyen",
        "Gwneud pethau bychain yn Llanfairpwllgwyngyll",
        "Wszyscy wiedzą, że most trzeba naprawić przed zimą",
        "Zgjidhja e problemit të ujit",
        "hmmm pfff tsk tsk",
        "Donaudampfschifffahrtsgesellschaftskapitän",
        "What does the NSDFJK do again?",
        "Rhythms",
        "See ISBN 978-3-16-148410-0, page 12",
        "https://www.council.example/a8f3k2j9d8s7f6g5h4j3q9w8e7r6t5",
        "… and then?",
        "(1) 2 + 2 = 4; (2) 3 + 3 = 6",
    ],
)
def test_short_replies_and_other_languages_are_not_nonsense(text: str) -> None:
    assert known(text) < HOLD


def test_capitals_are_bad_manners_and_hardly_spam() -> None:
    text = "WHY IS NOBODY IN THE TOWN HALL TALKING ABOUT THE HARBOUR BRIDGE. " * 2
    assert "nonsense:capitals" in kinds(text)
    assert known(text) < HOLD


def test_the_learned_model_sees_advertising_without_a_known_pattern() -> None:
    text = "hey guys plz view my new vid, its so funny, i need more views and subs, thx"
    learned = [signal for signal in signals(text) if signal.learned]
    assert [signal.evidence for signal in learned] == ["model"]
    assert learned[0].score >= HOLD
    span = learned[0].span
    assert span is not None
    assert "view my new vid" in text[span.start : span.end]


@pytest.mark.parametrize(
    "unit", ["a", "a.", "a@", "-a", "1 ", "http://", "h e l l o ", "use my code ", "earn $5 ", "😀"]
)
def test_no_text_takes_longer_than_the_engine_waits(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    started = time.perf_counter()
    signals(text)
    assert time.perf_counter() - started < 2.0


def test_every_score_lies_between_0_and_1() -> None:
    texts = ["", " ", "x" * 20_000, "Invest $5 in btc daily profits " * 300, "\u0301" * 500]
    assert all(0 <= signal.score <= 1 for text in texts for signal in signals(text))


def test_however_sure_the_learned_model_is_it_never_rejects() -> None:
    (learned,) = (s for s in signals("sub to my channel plz, sub 4 sub, free views") if s.learned)
    rule = replace(load_default().rules[Category.SPAM], reject_at=REJECT)
    assert outcome_of(replace(learned, score=1.0), rule) is Outcome.RETURN


def test_a_bait_with_a_call_and_an_address_is_confirmed_and_may_be_rejected() -> None:
    text = "Invest $300 in bitcoin and withdraw $2,900 weekly, WhatsApp me +1 555 010 0142"
    rule = replace(load_default().rules[Category.SPAM], reject_at=REJECT)
    confirmed = [s for s in signals(text) if not s.learned]
    assert Outcome.REJECT in {outcome_of(signal, rule) for signal in confirmed}


@pytest.mark.parametrize(
    "sentence",
    [
        "As somebody from {} I think the bridge matters more than the stadium.",
        "My {} neighbours were promised a new hall and a lot of money.",
    ],
)
def test_whoever_is_spoken_of_makes_no_difference(sentence: str) -> None:
    peoples = (
        "Nigerian", "Indian", "Russian", "American", "British", "Mexican", "Chinese", "Muslim",
        "Christian", "Jewish", "Hindu", "gay", "Republican", "Labour",
    )  # fmt: skip
    scores = [max(s.score for s in signals(sentence.format(people))) for people in peoples]
    assert max(scores) - min(scores) < 0.1
