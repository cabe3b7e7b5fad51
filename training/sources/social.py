"""Social media: Reddit, Gab, Twitter, Facebook, and adversarial sentences with emoji."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from training.examples import Example, bucket
from training.sources.crude import is_crude
from training.sources.tables import number, rows

LICENCES = {
    "edos": "CC0",
    "hatemoji": "CC BY 4.0",
    "gab": "CC BY 4.0 (as stated)",
    "cad": "CC BY 4.0 (as stated)",
    "implicit_hate": "MIT",
    "reddit_incivility": "BSD-3-Clause",
    "trac": "Apache-2.0",
    "paradetox": "CC0",
}


def _part(text: str, share: float = 0.1) -> str:
    return "dev" if bucket(text) < share else "train"


def read_edos(folder: Path) -> Iterator[Example]:
    """Sexism, a ground of hate; threats and incitement are violence as well."""
    for row in rows(folder / "edos" / "edos_train_dev.csv"):
        if row["label_sexist"] == "sexist":
            threat = row["label_category"].startswith("1.")
            mild = row["label_vector"].startswith(("3.3", "3.4"))
            hate = 0.7 if mild else 0.95
            labels = {"racism": hate, "identity_attack": hate, "toxicity": 0.85}
            if threat or row["label_category"].startswith("2."):
                labels["violence"] = 0.95 if threat else 0.05
        else:
            # The authors looked for sexism only; other hate may be among the rest.
            labels = {"racism": 0.05, "identity_attack": 0.05}
        part = "dev" if row["split"] == "dev" else "train"
        yield Example(source="edos", part=part, text=row["text"], labels=labels)


def read_hatemoji(folder: Path) -> Iterator[Example]:
    """Sentences written to fool a model, each with a near twin of the other label."""
    for name, part in (("train", "train"), ("validation", "dev")):
        for row in rows(folder / "hatemoji_build" / f"{name}.csv"):
            hateful = row["label_gold"] == "1"
            labels = dict.fromkeys(("racism", "identity_attack"), float(hateful))
            if hateful:
                threat = float(row["type"] == "threateninglanguage")
                labels |= {"toxicity": 0.95, "violence": threat, "threat": threat}
            yield Example(source="hatemoji", part=part, text=row["text"], labels=labels)


def read_gab(folder: Path) -> Iterator[Example]:
    """Assaults on human dignity, calls for violence, vulgar or offensive language."""
    for row in rows(folder / "gab_hate_corpus" / "train.csv"):
        dignity, violence, vulgar = (number(row[k]) for k in ("hd", "cv", "vo"))
        labels = {"racism": dignity, "identity_attack": dignity, "violence": violence}
        if dignity or violence or vulgar:
            labels["toxicity"] = 0.85
        if vulgar and is_crude(row["text"]):
            labels["vulgarity"] = 0.8
        elif not vulgar:
            labels |= {"vulgarity": 0.02, "obscene": 0.05, "sexually_explicit": 0.02}
        text = row["text"]
        yield Example(source="gab", part=_part(text), text=text, labels=labels)


_CAD_LONGEST = 120


def read_cad(folder: Path) -> Iterator[Example]:
    """Abuse directed at an identity, an affiliation or a person; counter-speech and the rest."""
    for name, part in (("train", "train"), ("dev", "dev")):
        for row in rows(folder / "cad" / f"{name}.csv"):
            kinds = set(row["labels"].split(","))
            abusive = {kind for kind in kinds if kind.endswith("Abuse")}
            # Where abuse stands somewhere in a long post, the part that is read may be clean.
            if abusive and len(row["text"].split()) > _CAD_LONGEST:
                continue
            labels = {"racism": float("IdentityDirectedAbuse" in kinds)}
            labels["identity_attack"] = labels["racism"]
            if "PersonDirectedAbuse" in kinds:
                labels |= {"discourtesy": 0.95, "insult": 0.9}
            elif "AffiliationDirectedAbuse" in kinds:
                labels |= {"discourtesy": 0.85, "insult": 0.7}
            elif not abusive:
                labels |= {"discourtesy": 0.03, "insult": 0.03, "violence": 0.01}
            labels["toxicity"] = 0.9 if abusive else 0.05
            yield Example(source="cad", part=part, text=row["text"], labels=labels)


_IMPLICIT = {
    "white_grievance": 0.45,
    "incitement": 0.75,
    "stereotypical": 0.85,
    "inferiority": 0.95,
    "irony": 0.6,
    "threatening": 0.75,
    "other": 0.5,
}


def read_implicit_hate(folder: Path) -> Iterator[Example]:
    """Tweets by and about hate groups; the class of implicit hate says how sure we may be."""
    base = folder / "implicit_hate"
    classes = {r["post"]: r["implicit_class"] for r in rows(base / "stage2.csv")}
    for row in rows(base / "stage1.csv"):
        text, label = row["post"], row["class"]
        labels = {"racism": 0.0, "violence": 0.0}
        if label == "explicit_hate":
            labels = {"racism": 0.9}
        elif label == "implicit_hate":
            kind = classes.get(text, "other")
            labels = {"racism": _IMPLICIT[kind]}
            if kind not in {"incitement", "threatening"}:
                labels["violence"] = 0.02
        labels["identity_attack"] = labels["racism"]
        yield Example(source="implicit_hate", part=_part(text), text=text, labels=labels)


def read_reddit(folder: Path) -> Iterator[Example]:
    """Civil or not; swearing at nobody counts as uncivil here, so the label is a soft one."""
    for name, part in (("train", "train"), ("test", "dev")):
        path = folder / "reddit_incivility" / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines):
                uncivil = row[1] == "1"
                labels = {"toxicity": 0.75 if uncivil else 0.04}
                if not uncivil:
                    labels |= {"discourtesy": 0.04, "insult": 0.03, "racism": 0.02}
                yield Example(source="reddit_incivility", part=part, text=row[0], labels=labels)


_AGGRESSION = {"NAG": 0.05, "CAG": 0.3, "OAG": 0.65}


def read_trac(folder: Path) -> Iterator[Example]:
    """Overt, covert or no aggression. Noisy, hence soft and of little weight."""
    for row in rows(folder / "trac1" / "train.csv"):
        level = _AGGRESSION[row["label"]]
        labels = {"toxicity": level, "discourtesy": level * 0.8}
        text = row["text"]
        yield Example(source="trac", part=_part(text), text=text, labels=labels, weight=0.3)


def read_paradetox(folder: Path) -> Iterator[Example]:
    """The same content said rudely and neutrally: teaches tone apart from content."""
    for row in rows(folder / "paradetox" / "paradetox.csv"):
        part = _part(row["toxic"])
        toxic: dict[str, float] = {"toxicity": 0.85}
        if is_crude(row["toxic"]):
            toxic["vulgarity"] = 0.75
        yield Example(source="paradetox", part=part, text=row["toxic"], labels=toxic)
        if row["neutral1"]:
            neutral = {
                "toxicity": 0.08,
                "severe_toxicity": 0.0,
                "insult": 0.06,
                "obscene": 0.01,
                "vulgarity": 0.02,
                "sexually_explicit": 0.02,
                "discourtesy": 0.08,
            }
            yield Example(source="paradetox", part=part, text=row["neutral1"], labels=neutral)
