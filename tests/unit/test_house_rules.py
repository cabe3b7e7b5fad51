"""House rules as a file: what is read, and how a mistake is pointed out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fruitful.domain.errors import HouseRulesInvalid
from fruitful.domain.policy import Category, Outcome
from fruitful.moderation.house_rules import load_default, parse_house_rules, read_house_rules

VALID = 'version = "7"\n' + "".join(
    f'\n[rules.{category}]\ntitle = "No {category}"\nexplanation = "Be kind."\n'
    "hold = 0.5\nreturn = 0.9\n"
    for category in Category
)
"""Line 1 is the version; the rule of category n (from 0) begins at line 3 + 6 n."""


def complaint(text: str) -> HouseRulesInvalid:
    with pytest.raises(HouseRulesInvalid) as caught:
        parse_house_rules(text, source="rules.toml")
    return caught.value


def test_the_default_house_rules_have_a_short_title_for_every_category() -> None:
    house_rules = load_default()
    assert set(house_rules.rules) == set(Category)
    assert all(len(rule.title) <= 45 for rule in house_rules.rules.values())
    assert set(house_rules.canaries) == set(Outcome)


def test_a_file_becomes_house_rules() -> None:
    house_rules = parse_house_rules(
        VALID.replace("hold = 0.5", 'hold = "never"', 1)
        + 'reject = 1\n[links]\nallowed = ["Example.ORG"]\n'
        + '[contacts]\nallowed = ["Desk@Example.org", "112"]\n'
    )
    assert house_rules.rules[Category.VIOLENCE].hold_at is None
    assert house_rules.rules[Category.VIOLENCE].reject_at is None
    assert house_rules.rules[Category.SPAM].reject_at == 1.0
    assert house_rules.allowed_links == {"example.org"}
    assert house_rules.allowed_contacts == {"desk@example.org", "112"}
    assert house_rules.languages == {"en"}
    assert house_rules.max_length == 5_000


def test_the_version_changes_with_the_content_but_not_with_line_endings() -> None:
    version = parse_house_rules(VALID).version
    name, _, digest = version.partition("+")
    assert name == "7"
    assert len(digest) == 8
    assert parse_house_rules(VALID.replace("\n", "\r\n")).version == version
    assert parse_house_rules(VALID.replace("0.9", "0.8", 1)).version != version


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "return = 0.9",
            "retrun = 0.9",
            "rules.toml:3:2: 'return' is missing in [rules.violence]: give a score or 'never'\n"
            "rules.toml:7:1: unknown key 'retrun': did you mean 'return'?",
        ),
        (
            "[rules.racism]",
            "[rules.rascism]",
            "rules.toml:3:2: every category needs a rule; missing: [rules.racism]\n"
            "rules.toml:9:2: unknown category 'rascism': did you mean 'racism'?",
        ),
        ("hold = 0.5", "hold = 1.5", "rules.toml:6:1: 'hold' is 1.5, but scores go from 0 to 1"),
        ("hold = 0.5", "hold = -0.1", "rules.toml:6:1: 'hold' is -0.1, but scores go from 0 to 1"),
        ("hold = 0.5", "hold = nan", "rules.toml:6:1: 'hold' is nan, but scores go from 0 to 1"),
        (
            "hold = 0.5",
            "hold = true",
            "rules.toml:6:1: 'hold' must be a number from 0 to 1, or 'never'",
        ),
        (
            "hold = 0.5",
            'hold = "nevr"',
            "rules.toml:6:1: 'hold' must be a number from 0 to 1, or 'never': did you mean "
            "'never'?",
        ),
        (
            "return = 0.9",
            "return = 0.3",
            "rules.toml:7:1: 'return' (0.3) is below 'hold' (0.5): the more severe outcome needs "
            "the higher score",
        ),
        (
            'title = "No violence"\n',
            "",
            "rules.toml:3:2: 'title' is missing in [rules.violence]",
        ),
        (
            'title = "No violence"',
            'title = "  "',
            "rules.toml:4:1: 'title' must be a text that is not empty in [rules.violence]",
        ),
        (
            'version = "7"',
            'versoin = "7"',
            "rules.toml:1:1: 'version' is missing\n"
            "rules.toml:1:1: unknown key 'versoin': did you mean 'version'?",
        ),
        (
            'version = "7"',
            'version = "7+1"',
            "rules.toml:1:1: 'version' may hold letters, digits, '.', '-' and '_', 40 at most",
        ),
        (
            'version = "7"',
            'version = "7"; links = "example.org"'.replace("; ", "\n"),
            "rules.toml:2:1: 'links' must be a table: [links]",
        ),
        (
            'version = "7"',
            'version = "7"\nmax_length = 0',
            "rules.toml:2:1: 'max_length' must be a whole number of characters from 1 to 50000",
        ),
        (
            'version = "7"',
            'version = "7"\nlanguages = ["english"]',
            "rules.toml:2:1: 'english' is no language code: write 'en', 'es', 'de' and so on",
        ),
        (
            'version = "7"',
            'version = "7"\nlanguages = []',
            "rules.toml:2:1: 'languages' needs at least one language",
        ),
        (
            "[rules.violence]",
            "[rules.violence",
            "rules.toml:3:16: this is not valid TOML: expected ']' at the end of a table "
            "declaration",
        ),
    ],
)
def test_a_mistake_is_pointed_out_with_its_line_and_what_was_meant(
    old: str, new: str, message: str
) -> None:
    assert str(complaint(VALID.replace(old, new, 1))) == message


@pytest.mark.parametrize(
    ("added", "message"),
    [
        (
            '[links]\nallowed = ["https://example.org/"]',
            "rules.toml:45:1: 'https://example.org/' is no domain: write only the name, like "
            "'example.org'",
        ),
        (
            '[links]\nallowed = "example.org"',
            "rules.toml:45:1: 'allowed' must be a list of texts in quotes",
        ),
        (
            '[contacts]\nalowed = ["112"]',
            "rules.toml:45:1: unknown key 'alowed': did you mean 'allowed'?",
        ),
        (
            '[canaries]\nhold = "short"',
            "rules.toml:45:1: a canary needs at least 12 characters, to be no ordinary text",
        ),
        (
            '[canaries]\nhold = "CANARY-CANARY"\nreject = "CANARY-CANARY-2"',
            "rules.toml:46:1: this canary and that for 'hold' contain one another",
        ),
        (
            '[canaries]\ndelete = "CANARY-CANARY"',
            "rules.toml:45:1: unknown key 'delete'",
        ),
    ],
)
def test_a_mistake_in_the_lists_is_pointed_out(added: str, message: str) -> None:
    assert str(complaint(VALID + added)) == message


def test_the_details_name_line_column_and_key_of_the_first_mistake() -> None:
    error = complaint(VALID.replace("hold = 0.5", "hold = 7"))
    assert error.details == {"line": 6, "column": 1, "key": "rules.violence.hold"}
    assert error.code == "house_rules_invalid"
    assert len(str(error).splitlines()) == len(Category)


def test_a_rule_written_as_an_inline_table_is_pointed_out_at_its_key() -> None:
    rule = '\n[rules.spam]\ntitle = "No spam"\nexplanation = "Be kind."\nhold = 0.5\nreturn = 0.9\n'
    inline = '[rules]\nspam = { title = "No spam", explanation = "x", hold = 2, return = 0.9 }\n'
    error = complaint(VALID.replace(rule, "") + inline)
    assert str(error) == "rules.toml:39:1: 'hold' is 2, but scores go from 0 to 1"


def test_text_in_quotes_that_looks_like_keys_does_not_confuse_the_lines() -> None:
    long = 'explanation = """\n[rules.spam]\nhold = 3 # "\n"""'
    error = complaint(VALID.replace('explanation = "Be kind."', long, 1).replace("0.5", "5", 1))
    assert str(error) == "rules.toml:9:1: 'hold' is 5, but scores go from 0 to 1"


def test_an_empty_file_says_what_is_missing() -> None:
    assert str(complaint("")).splitlines()[0].startswith("rules.toml:1:1: 'version' is missing")


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "No such file or directory"), (b"title = \xff", "this is not text in UTF-8")],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    content: bytes | None, problem: str, tmp_path: Path
) -> None:
    file = tmp_path / "rules.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(HouseRulesInvalid) as caught:
        read_house_rules(file)
    assert str(caught.value) == f"{file}: {problem}"


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_bytes(b"\xef\xbb\xbf" + VALID.encode())
    assert read_house_rules(file).version == parse_house_rules(VALID).version


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_whatever_is_in_the_file_the_complaint_is_about_the_house_rules(text: str) -> None:
    assert str(complaint(text)).startswith("rules.toml:")
