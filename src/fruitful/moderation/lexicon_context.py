"""What stands around a listed term: whom it is aimed at, and whether it is used or mentioned.

Everything looks at a bounded stretch before and after the term, in lower case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fruitful.moderation.lexicon import listed_words

_BEFORE = 72
_AFTER = 48

_SWORN = "|".join(listed_words("context_words.txt", "degree"))
_ABUSED = "|".join(listed_words("context_words.txt", "people"))
_DEGREE = (
    r"(?:(?:an?|the|all|both|just|such|so|too|very|really|truly|quite|pretty|nothing|but|only|more|"
    r"most|less|total|totally|complete|completely|absolute|absolutely|utter|utterly|real|proper|"
    r"bunch|pack|load|lot|gang|of|little|big|old|fat|ugly|stupid|dumb|lying|pathetic|filthy|dirty|"
    r"silly|poor|sad|damned|bloody|freaking|being|always|clearly|"
    rf"obviously|simply|literally|still|also|as|like|even|one|another|same|bit|kind|sort|{_SWORN})"
    r"\s+){0,5}"
)
_PEOPLE = (
    r"(?:people|person|persons|man|men|woman|women|guy|guys|boy|boys|girl|girls|kid|kids|lady|"
    r"ladies|politicians?|voters?|journalists?|reporters?|authors?|writers?|editors?|teachers?|"
    r"mayors?|ministers?|presidents?|senators?|councillors?|commenters?|lot|"
    rf"{_ABUSED})"
)
_SUBJECT = (
    rf"(?:you|u|ya|y'all|ye|he|she|they|who|everyone here|(?:(?:these|those|such)\s+){_PEOPLE})"
)
_YOU = r"(?:you|u|ya|y'all|ye|(?:all\s+of\s+|both\s+of\s+|people\s+like\s+)you)"
_COPULA = (
    r"(?:\s+(?:are|r|is|was|were|am|look|looks|looked|sound|sounds|sounded|seem|seems|act|acts|"
    r"acted|(?:must|may|might|will|would|can|could)\s+(?:only\s+)?be|have\s+been|has\s+been)|"
    r"'re|'s|re)\s+"
)
_SAID_OF = re.compile(rf"\b{_SUBJECT}{_COPULA}{_DEGREE}$")
_SAID_TO = re.compile(rf"\b{_YOU}{_COPULA}{_DEGREE}$")
_CONTRACTED = re.compile(rf"\b(?:youre|ur|yr|youse)\s+{_DEGREE}$")
_ASKED = re.compile(rf"\b(?:are|r|were|is|was)\s+(?:you|u|he|she|they)\s+{_DEGREE}$")
_ADDRESSED = re.compile(rf"(?:([\w']+)\s+)?\b(?:you|u|ya)\s+{_DEGREE}$")
_EXCLAIMED = re.compile(rf"\bwhat\s+(?:an?|total|complete|absolute|utter)\s+{_DEGREE}$")
_BUNCH = re.compile(rf"\b(?:bunch|pack|gang|load|bag|pile|lot)\s+of\s+{_DEGREE}$")
_DEMONSTRATIVE = re.compile(rf"\b(?:this|that|these|those|the|our|their|some)\s+{_DEGREE}$")

_LIKE_YOU = re.compile(r"\s+(?:like|as|such as)\s+(?:you|u|him|her|them|these|those|this)\b")
_ONLY_LIKE_YOU = re.compile(r"\s+like\s+(?:you|u)\b")
_OF_PEOPLE = re.compile(rf"\s+(?:(?:little|old|{_SWORN})\s+)?{_PEOPLE}\b")
_IN_OFFICE = re.compile(
    r"\s+(?:in|at|from|on|running)\s+(?:the\s+|our\s+|this\s+|your\s+)?(?:government|congress|parliament|"
    r"charge|office|power|council|city hall|town hall|cabinet|senate|white house|downing street|"
    r"opposition|newsroom|country|state|city|show|here)\b|\s+(?:who|that)\s+(?:wrote|write|run|runs|voted|vote|call|calls)\b"
)
_CLAUSE_END = re.compile(r"\s*(?:$|[.,;:!?)\"\n]|and\s+you|you\b)")

_SELF = re.compile(
    r"\b(?:(?:i|we)(?:\s+(?:am|was|were|are|feel|felt|look|looked|sound|sounded|must|may|might|would|"
    r"could|have|had|will|can|be|been|seem|seemed|not|just|really|only)|'m|'ve|'d|'re)*|im|ive|"
    r"(?:am|was|were)\s+(?:i|we)|(?:make|makes|made|call|calls|called|consider|thinks?|thought)\s+"
    rf"(?:me|myself|us|ourselves))\s+{_DEGREE}(?:an?\s+)?$"
)
_OF_MYSELF = re.compile(
    r"\s+(?:that\s+)?(?:i|we)(?:'ve|'d|\s+(?:was|am|were|are|have|had|must|look))\b"
)
_DENIED = re.compile(
    r"(?:\b(?:not|never|neither|nor|no|isnt|arent|wasnt|dont)|n't)\s+(?:all\s+|such\s+|really\s+|necessarily\s+)?"
    r"(?:being\s+|call\s+\w+\s+|calling\s+\w+\s+)?(?:an?\s+|the\s+)?$"
)
# After these "you" is followed by a verb: "if you fool people".
_AUXILIARY = re.compile(
    r"(?:do|does|did|can|could|would|should|will)(?:n't)?|don't|can't|won't|may|might|must|if|when|"
    r"once|before|after|unless|until|while|to|that|what|how|why|where|than|as|have|had|let|makes?|"
    r"made|see|saw|are|were|is|was|be|the|and|or"
)
_VERB_SUBJECT = re.compile(r"\b(?:i|we|they|he|she|it|to|not|who|can|will|would|could)\s+$")
_QUOTE = r"[\"'\u201c\u2018\u00ab\u201e`*]"
_MENTIONED = re.compile(
    r"\b(?:word|words|term|terms|slur|slurs|epithet|phrase|expression|insult|insults|label|"
    r"(?:call|calls|called|calling)\s+(?:me|him|her|them|us|someone|somebody|people|anyone|others|"
    r"each\s+other|(?:my|our|his|her|their|the|a|an)\s+\w+|\w+)|(?:being|been|was|were|is|get|gets|"
    r"got|getting)\s+called|said|say|says|saying|shouted|shouting|yelled|yelling|screamed|wrote|"
    r"written|spray\s*painted|using|use|uses|used|heard|hear)\s+"
    rf"(?:like\s+|as\s+|such\s+as\s+|of\s+)?(?:the\s+|an?\s+)?(?:word\s+|term\s+|slur\s+)?{_QUOTE}?$"
)
_OPENED = re.compile(rf"{_QUOTE}(?:\w+\s+){{0,3}}$")
_CLOSED = re.compile(rf"(?:\s+\w+){{0,3}}[.,!?]?{_QUOTE}")
# Words that a sentence can hardly do without and that no other of these languages has.
_ENGLISH = re.compile(
    r"\b(?:the|and|you|are|is|of|that|it|this|what|your|he|she|they|not|with|my|i'm|we|have|has|but|"
    r"been|were|who|their|his|her|its|don't|just|some|all|get|be|to|an|by|for|from|at)\b"
)
_FOREIGN = re.compile(
    r"\b(?:le|la|les|des|du|une|et|est|sont|je|tu|nous|vous|qui|dans|pour|sur|avec|pas|plus|au|aux|sa|son|"
    r"el|los|las|del|y|que|con|por|para|una|como|pero|es|su|der|das|und|ist|nicht|ein|eine|einen|"
    r"dem|den|mit|auf|für|zu|im|von|ich|wir|sie|ihr|il|gli|che|di|della|sono|non|nel|os|um|uma|em|não|"
    r"na|do|da|dos|och|att|det|som|är|inte|för|på|og|ikke|jeg|af|til|een|het|van|zijn|niet|voor|op)\b"
)
_TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|dr|prof|sir|lord|lady|rev)\.?\s+$")
_NAME = re.compile(r"[A-Z][a-z]+")
_FIRST_NAME = re.compile(r"\b[A-Z][a-z]*\.?\s+$")
_NEXT_NAME = re.compile(r"(?:['’]s)?\s+(?:[A-Z]\.\s*)?(?:[A-Z][a-z]+|van|von|de)\b")


@dataclass(frozen=True, slots=True)
class Context:
    """The text before and after a term: of a view, in lower case and without hyphens."""

    before: str
    after: str

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Context:
        """The context of ``text[start:end]``."""
        return cls(text[max(0, start - _BEFORE) : start], text[end : end + _AFTER])

    @property
    def is_aimed(self) -> bool:
        """Whether the term names somebody: "they are all …", "what a …", "the … in office"."""
        is_cried = _EXCLAIMED.search(self.before) or _BUNCH.search(self.before)
        in_place = _DEMONSTRATIVE.search(self.before) and _IN_OFFICE.match(self.after)
        return bool(is_cried or in_place or self.is_said_of_somebody)

    @property
    def is_said_of_somebody(self) -> bool:
        """Whether somebody is said to be so: "they are all …", "… people", "… like you"."""
        of_somebody = _SAID_OF.search(self.before) or _ASKED.search(self.before)
        of_people = _LIKE_YOU.match(self.after) or (
            _OF_PEOPLE.match(self.after) and not self._follows_as_verb
        )
        return bool(of_somebody or of_people or self.is_said_to_you)

    @property
    def is_said_to_you(self) -> bool:
        """Whether the term is said to the person addressed: "you are a …", "you …!"."""
        if _SAID_TO.search(self.before) or _CONTRACTED.search(self.before):
            return True
        if _ONLY_LIKE_YOU.match(self.after):
            return True
        return bool(
            _ADDRESSED.search(self.before)
            and not self._follows_as_verb
            and _CLAUSE_END.match(self.after)
        )

    @property
    def _follows_as_verb(self) -> bool:
        """Whether the term reads as a verb: "if you fool …", "they fool …"."""
        if _VERB_SUBJECT.search(self.before):
            return True
        addressed = _ADDRESSED.search(self.before)
        return bool(addressed and _AUXILIARY.fullmatch(addressed.group(1) or ""))

    @property
    def is_about_oneself(self) -> bool:
        """Whether the writers speak of themselves: "I felt like a …"."""
        return bool(_SELF.search(self.before) or _OF_MYSELF.match(self.after))

    @property
    def is_denied(self) -> bool:
        """Whether the term is denied: "not a …", "don't call her a …"."""
        return _DENIED.search(self.before) is not None

    @property
    def is_foreign(self) -> bool:
        """Whether the words around belong to another language more than to English."""
        return reads_as_foreign(f"{self.before} | {self.after}")

    @property
    def is_mention(self) -> bool:
        """Whether the term is talked about or quoted rather than used."""
        if _MENTIONED.search(self.before):
            return True
        return bool(_OPENED.search(self.before) and _CLOSED.match(self.after))


def reads_as_foreign(text: str) -> bool:
    """Whether more of the small words in the lower-case text belong to other languages."""
    return len(_FOREIGN.findall(text)) > len(_ENGLISH.findall(text))


def may_be_name(original: str, start: int, end: int) -> bool:
    """Whether ``original[start:end]`` could be somebody's name: also as the last of two names."""
    if not _NAME.fullmatch(original[start:end]):
        return False
    before = original[max(0, start - 24) : start]
    return bool(_FIRST_NAME.search(before)) or is_name(original, start, end)


def is_name(original: str, start: int, end: int) -> bool:
    """Whether ``original[start:end]`` reads as a person's name: "Dick Brown", "Mr Cock"."""
    if not _NAME.fullmatch(original[start:end]):
        return False
    before = original[max(0, start - 8) : start].lower()
    return bool(_TITLE.search(before) or _NEXT_NAME.match(original[end : end + 24]))
