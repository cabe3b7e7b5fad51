"""Make the lists of ordinary words that keep the engine from "correcting" what is no disguise.

``python -m training.words --english FILE… --frequencies FOLDER --names FOLDER`` writes, into the
package, ``data/words/frequent.txt`` (English words, the most frequent first: what a misspelling
may be read as) and ``data/words/ordinary.npz`` (hashes of every word that is left as it stands:
English, five other languages, names). The inputs are SCOWL word lists (Debian: ``wamerican-large``
and ``wbritish-large``), the ``resources`` folder of the package ``pyspellchecker`` and the
``providers`` folder of the package ``Faker``.
"""

from __future__ import annotations

import argparse
import ast
import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

from fruitful.moderation.classifier.artefact import SHIPPED
from fruitful.moderation.normalise.characters import bare
from fruitful.moderation.normalise.spelling import FOLDER, hashed

FREQUENT = 20_000
"""English words that a misspelling may be read as."""

ORDINARY_OF_A_LANGUAGE = 40_000
"""Words of each other language that are left alone, the most frequent ones."""

RARE_ENGLISH = 300
"""Times a word stands in the subtitles of films from which on it is taken for one without being
in a dictionary; rarer ones are misspellings as often as names."""

_OTHERS = ("es", "fr", "de", "it", "pt")
_LOCALES = ("en_US", "en_GB", "en_IE", "en_IN", "en_NZ", "es_ES", "es_MX", "fr_FR", "de_DE",
            "it_IT", "pt_BR", "pt_PT", "nl_NL", "pl_PL", "tr_TR", "sv_SE", "ro_RO")  # fmt: skip
_WORD = re.compile(r"[a-z]{3,18}")


def main() -> None:
    """Write both lists."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--english", type=Path, nargs="+", required=True)
    parser.add_argument("--frequencies", type=Path, required=True)
    parser.add_argument("--names", type=Path, required=True)
    arguments = parser.parse_args()
    listed = [word for file in arguments.english for word in file.read_text("utf-8").split()]
    english = _counts(arguments.frequencies / "en.json.gz")
    lower = {word for word in listed if word.islower()}
    frequent = [word for word in english if word in lower and _WORD.fullmatch(word)][:FREQUENT]
    ordinary = {
        *listed,
        *(word for word, count in english.items() if count >= RARE_ENGLISH),
        *_others(arguments.frequencies),
        *_names(arguments.names),
        *_tokens(),
    }
    FOLDER.joinpath("frequent.txt").write_text("\n".join(frequent) + "\n", encoding="utf-8")
    with FOLDER.joinpath("ordinary.npz").open("wb") as file:
        np.savez_compressed(file, hashes=_hashes(ordinary))


def _counts(file: Path) -> Mapping[str, int]:
    """Words with the times they were counted, the most frequent first."""
    counted: dict[str, int] = json.loads(gzip.decompress(file.read_bytes()))
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def _others(folder: Path) -> Iterator[str]:
    for language in _OTHERS:
        yield from list(_counts(folder / f"{language}.json.gz"))[:ORDINARY_OF_A_LANGUAGE]


def _names(folder: Path) -> Iterator[str]:
    """Every string of the modules for people and addresses, read without running them."""
    for kind in ("person", "address"):
        for locale in _LOCALES:
            module = folder / kind / locale / "__init__.py"
            if not module.exists():
                continue
            for node in ast.walk(ast.parse(module.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield from re.findall(r"[^\W\d_]+", node.value)


def _tokens() -> Iterator[str]:
    """Whole words of the encoder's vocabulary: what is frequent in an encyclopedia and in books."""
    tokenizer = json.loads(SHIPPED.joinpath("tokenizer.json").read_text("utf-8"))
    yield from (token for token in tokenizer["model"]["vocab"] if not token.startswith("##"))


def _hashes(words: Iterable[str]) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    plain = {bare(word.lower()).removesuffix("'s") for word in words}
    return np.array(sorted(hashed(w) for w in plain if _WORD.fullmatch(w)), dtype=np.uint32)


if __name__ == "__main__":
    main()
