"""Which comments are held because nobody here reads their language, and which are not."""

from __future__ import annotations

import pytest

from fruitful.domain.moderation import Submission
from fruitful.domain.policy import HouseRules
from fruitful.moderation.detectors.language import READS, LanguageDetector
from fruitful.moderation.document import Document

ENGLISH = HouseRules(version="test", rules={}, canaries={})


def causes(text: str, house_rules: HouseRules = ENGLISH) -> list[str]:
    detection = LanguageDetector().detect(Document(Submission(text=text), house_rules))
    assert all(gap.categories == READS for gap in detection.missing)
    return [gap.cause for gap in detection.missing]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("El alcalde nos mintió sobre el coste del puente nuevo.", "language:es"),
        ("Le maire nous a menti sur le prix du nouveau pont.", "language:fr"),
        ("Der Bürgermeister hat uns über die Kosten der Brücke belogen.", "language:de"),
        ("O prefeito mentiu para nós sobre o custo da ponte.", "language:pt"),
        ("Il sindaco ci ha mentito sul costo del nuovo ponte.", "language:it"),
        ("Мэр солгал нам о стоимости нового моста.", "language:ru"),
        ("Δήμαρχος μας είπε ψέματα για το κόστος της γέφυρας.", "language:el"),
        ("ESTE ES EL PEOR GOBIERNO DE LA HISTORIA", "language:es"),
    ],
)
def test_a_comment_in_another_language_goes_unmeasured(text: str, cause: str) -> None:
    assert causes(text) == [cause]


@pytest.mark.parametrize(
    "text",
    [
        "ok thanks",
        "lol",
        "+1",
        "",
        "😂😂😂",
        "https://example.org/el-alcalde-miente",
        "Müller",
        "Hartwell, Okonjo, Marchetti",
        "José Luis Rodríguez",
        "u r so right m8",
        "Go Wexley United!!!",
        "The mayor lied to us about the cost of the new bridge.",
        "THE MAYOR LIED TO US ABOUT THE COST OF THE NEW BRIDGE",
        "This is what schadenfreude feels like.",
        "C'est la vie, as they say, and the bill is for us to pay.",
        "gr8 stuff, cu l8r at the library",
        "lmao wtf",
    ],
)
def test_english_and_what_is_too_short_to_have_a_language_is_measured(text: str) -> None:
    assert causes(text) == []


@pytest.mark.parametrize(
    "text", ["市长在新桥的费用上对我们撒了谎。", "لقد كذب علينا العمدة بشأن تكلفة الجسر"]
)
def test_a_script_that_nobody_reads_here_goes_unmeasured(text: str) -> None:
    assert causes(text) != []


def test_words_of_no_language_it_can_name_are_unsure() -> None:
    romanised_hindi = "ye jawab kab milega bhai, nahi to bol do aap se nahi hoga yeh kaam"
    assert causes(romanised_hindi) == ["language:unsure"]


def test_a_site_may_choose_to_read_other_languages() -> None:
    spanish_too = HouseRules(
        version="test", rules={}, canaries={}, languages=frozenset({"en", "es"})
    )
    text = "El alcalde nos mintió sobre el coste del puente nuevo."
    assert causes(text, spanish_too) == []
    assert causes("Le maire nous a menti sur le prix du nouveau pont.", spanish_too) != []
