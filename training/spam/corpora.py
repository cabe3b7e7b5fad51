"""The texts the spam model learns from, each with its group for splitting."""

from __future__ import annotations

import csv
import html
import json
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent
_SLOT = re.compile(r"\{(\w+)\}")
_TAG = re.compile(r"<[^>]{1,200}>")
_MENTION = re.compile(r"@\w+")
_HELD_EVERY = 4

VIDEOS = {"Youtube01-Psy": "a", "Youtube02-KatyPerry": "b", "Youtube03-LMFAO": "c",
          "Youtube04-Eminem": "d"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """``group`` names the source and, where there is one, the part of it kept together."""

    text: str
    is_spam: bool
    group: str


def read_video_comments(data: Path) -> Iterator[Example]:
    """Comments under four music videos, about half of them spam; one group a video."""
    for stem, video in VIDEOS.items():
        with (data / "youtube_spam" / f"{stem}.csv").open(encoding="utf-8-sig") as lines:
            for row in csv.DictReader(lines):
                # The collection holds rendered HTML; comments arrive here as they are typed.
                text = html.unescape(_TAG.sub(" ", row["CONTENT"])).strip("\ufeff ")
                yield Example(text, row["CLASS"] == "1", f"video:{video}")


def read_messages(data: Path) -> Iterator[Example]:
    """Short messages, 13 % of them spam."""
    for line in (data / "sms_spam" / "sms.tsv").read_text(encoding="utf-8").splitlines():
        label, _, text = line.partition("\t")
        yield Example(text, label == "spam", "messages")


def read_discussion(data: Path, dice: random.Random) -> Iterator[Example]:
    """Comments that are no spam, rude ones among them: being rude is not advertising."""
    with (data / "jigsaw_toxic" / "train.csv").open(encoding="utf-8") as lines:
        rows = csv.DictReader(lines)
        # The head of the collection has the natural share of rude texts; the rest is enriched.
        wiki = [row["comment_text"] for row in rows if float(row["row_index"] or "inf") < 20_000]
    with (data / "toxic_spans" / "comments.csv").open(encoding="utf-8") as lines:
        news = [row["comment_text"] for row in csv.DictReader(lines)]
    with (data / "reddit_incivility" / "train.csv").open(encoding="utf-8") as lines:
        forum = [row[0] for row in csv.reader(lines) if row]
    with (data / "fox_news_hate" / "fox-news-comments.jsonl").open(encoding="utf-8") as lines:
        news += [_MENTION.sub("", json.loads(line)["text"]) for line in lines]
    for name, texts in (("wiki", wiki), ("news", news), ("forum", forum)):
        dice.shuffle(texts)
        for number, text in enumerate(texts[:9_000]):
            yield Example(text, False, f"{name}:{'dev' if number % 3 == 2 else 'train'}")


def expand_grammar(dice: random.Random, *, each: int = 24) -> Iterator[Example]:
    """Our own templates filled in; every fourth template of a family is kept for measuring."""
    grammar = tomllib.loads((_FOLDER / "grammar.toml").read_text(encoding="utf-8"))
    for family in grammar["family"]:
        for number, template in enumerate(family["templates"]):
            part = "dev" if number % _HELD_EVERY == _HELD_EVERY - 1 else "train"
            texts = {_varied(_filled(template, grammar["slots"], dice), dice) for _ in range(each)}
            for text in sorted(texts):
                yield Example(text, family["spam"], f"own:{part}")


def _filled(template: str, slots: Mapping[str, Sequence[str]], dice: random.Random) -> str:
    text = _SLOT.sub(lambda match: dice.choice(slots[match[1]]), template).strip()
    return text[:1].upper() + text[1:]


def _varied(text: str, dice: random.Random) -> str:
    """Small differences of typing that carry no meaning, alike for both classes."""
    chance = dice.random()
    if chance < 0.15:
        return text.lower()
    if chance < 0.3:
        return text.rstrip(".!")
    if chance < 0.4:
        return text.rstrip(".!") + "!!"
    return text
