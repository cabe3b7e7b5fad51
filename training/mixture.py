"""Gather every source into one de-duplicated list, and draw from it for a stage of training."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks.quality.cases import cases

from fruitful.moderation.neutrality.counterfactuals import counterfactuals
from training.examples import Example, Mark, fingerprint
from training.grammars import read_grammars
from training.sources import news, social, wikipedia

READERS = (
    wikipedia.read,
    news.read_spans,
    news.read_fox,
    social.read_edos,
    social.read_hatemoji,
    social.read_gab,
    social.read_cad,
    social.read_implicit_hate,
    social.read_reddit,
    social.read_trac,
    social.read_paradetox,
)

LICENCES = {
    "jigsaw": wikipedia.LICENCE,
    "toxic_spans": news.SPANS_LICENCE,
    "fox": news.FOX_LICENCE,
    **social.LICENCES,
    "grammar": "Apache-2.0 (written for this project)",
}


def gather(folder: Path) -> list[Example]:
    """All examples, each text once. A text that stands in a development part anywhere, or in
    our own checks of behaviour and neutrality, is removed from training everywhere."""
    everything = [e for reader in READERS for e in reader(folder)] + list(read_grammars())
    reserved = {e.fingerprint for e in everything if e.part != "train"} | _checked()
    seen: set[tuple[str, str]] = set()
    kept: list[Example] = []
    for example in everything:
        mark = example.fingerprint
        if example.part == "train" and mark in reserved:
            continue
        # The same text may carry labels of different heads from different sources.
        if (example.source, mark) in seen or not example.text.strip():
            continue
        seen.add((example.source, mark))
        kept.append(example)
    return kept


def _checked() -> set[str]:
    """The fingerprints of what the finished engine is tried on."""
    behaviours = (case.text for case in cases())
    swaps = (variant.text for group in counterfactuals() for variant in group.variants)
    return {fingerprint(text) for texts in (behaviours, swaps) for text in texts}


def draw(examples: Iterable[Example], caps: dict[str, int], seed: int) -> list[Example]:
    """At most ``caps[source]`` training examples of each source, rare positives first.

    Where a source is larger than its cap, positives of any kind take at most 60 % of the cap, and
    rare ones at most two thirds of these places while there are others to fill the rest: a source
    with much hate in it must not lose all its insults.
    """
    shuffler = random.Random(seed)
    by_source: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if example.part == "train" and example.source in caps:
            by_source[example.source].append(example)
    drawn: list[Example] = []
    for source, cap in caps.items():
        pool = by_source[source]
        shuffler.shuffle(pool)
        rare = [e for e in pool if _rarity(e) == 2]
        some = [e for e in pool if _rarity(e) == 1]
        none = [e for e in pool if _rarity(e) == 0]
        places = int(cap * 0.6)
        rare = rare[: max(places * 2 // 3, places - len(some))]
        some = some[: places - len(rare)]
        drawn += (rare + some + none)[:cap]
    shuffler.shuffle(drawn)
    return drawn


_RARE = ("threat", "violence", "racism", "severe_toxicity", "vulgarity")


def _rarity(example: Example) -> int:
    if any(example.labels.get(head, 0.0) >= 0.5 for head in _RARE):
        return 2
    return int(any(value >= 0.4 for value in example.labels.values()))


def save(examples: Iterable[Example], path: Path) -> Counter[tuple[str, str]]:
    """Write the mixture as gzipped JSON lines; returns how many per source and part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    counts: Counter[tuple[str, str]] = Counter()
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as lines:
        for example in examples:
            counts[example.source, example.part] += 1
            lines.write(json.dumps(asdict(example), ensure_ascii=True) + "\n")
    return counts


def load(path: Path) -> Iterator[Example]:
    """Read back what :func:`save` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            marks = row.pop("marks")
            yield Example(
                **row, marks=None if marks is None else tuple(Mark(**mark) for mark in marks)
            )
