"""Put the engine together from every detector there is."""

from __future__ import annotations

from hashlib import sha256
from importlib import resources
from pathlib import Path

from fruitful.moderation.classifier.artefact import SHIPPED
from fruitful.moderation.detectors.canary import CanaryDetector
from fruitful.moderation.detectors.classifier import ClassifierDetector
from fruitful.moderation.detectors.crisis import CrisisDetector
from fruitful.moderation.detectors.doxing import DoxingDetector
from fruitful.moderation.detectors.language import LanguageDetector
from fruitful.moderation.detectors.links import LinksDetector
from fruitful.moderation.detectors.profanity import ProfanityDetector
from fruitful.moderation.detectors.repetition import RepetitionDetector
from fruitful.moderation.detectors.spam import SpamDetector
from fruitful.moderation.lexicon import LANGUAGES
from fruitful.moderation.pipeline import Engine


def build_engine(
    *, classifier_dir: Path | None = None, threads: int = 1, deadline_seconds: float = 2.0
) -> Engine:
    """The engine with all detectors and the artefacts that ship with the package.

    ``classifier_dir`` holds another trained classifier. One that cannot be used does not stop
    the engine: its categories are then missing with cause ``model_absent``, and every comment is
    held. ``threads`` is how many submissions are measured side by side.
    """
    classifier = ClassifierDetector(classifier_dir or SHIPPED, threads=threads)
    spam = SpamDetector()
    return Engine(
        (
            ProfanityDetector(),
            classifier,
            DoxingDetector(),
            LinksDetector(),
            spam,
            RepetitionDetector(),
            LanguageDetector(),
            CrisisDetector(),
            CanaryDetector(),
        ),
        model=f"classifier {classifier.model}, {spam.version}, lexicon {_lexicon_version()}",
        deadline_seconds=deadline_seconds,
        threads_per_detector=max(2, threads),
    )


def _lexicon_version() -> str:
    """Eight hexadecimal digits that change with any of the word lists."""
    folder = resources.files("fruitful.moderation.data")
    digest = sha256()
    for language in LANGUAGES:
        digest.update(folder.joinpath(f"lexicon_{language}.txt").read_bytes())
    return digest.hexdigest()[:8]
