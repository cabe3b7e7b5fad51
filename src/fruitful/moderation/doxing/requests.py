"""Calls to find a person, to publish their details or to turn up at their home."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fruitful.moderation.doxing.finding import Finding
from fruitful.moderation.doxing.people import (
    KIN,
    NAME,
    OBJECT,
    PERSON,
    POSSESSIVE,
    QUALIFIER,
    SUBJECT,
)
from fruitful.moderation.doxing.reading import Reading

_MAY_ASK = re.compile(
    r"\bwhere\b|\baddress|\bphone|\bnumber|\bhouse\b|\bhome\b|\bvisit\b|\bschool\b|\bdoxx?\b|\bplace\b"
    r"|\bdoor|\be-?mail|\bdonde\b|\bdireccion\b|\btelefono\b|\bou\b|\badresse\b|\bwo\b|\bnummer\b"
    r"|\bdove\b|\bplates?\b|\bdetails\b|\bworkplace\b|\bfamily\b|\bhers?\b|\bhis\b"
)
_ANYONE = r"(?:any\s?(?:one|1|body)|some\s?(?:one|1|body)|who(?:\selse|ever)?|(?:any|some|one)\sof\syou|y'?all|you\sguys|people)"
_REST = r"[^.!?\n]"
_LIVES = (
    r"(?:lives?|works?|sleeps?|stays?|parks?|resides?|hangs?\sout|drinks?|shops?|trains?|hides?"
    r"|go(?:es)?\sto\s(?:school|church|work|the\sgym|college)|(?:is|are)\s(?:living|staying|hiding|working)"
    r"|attends?|goes)"
)
_OF_WHOM = rf"(?:{SUBJECT}|you|{NAME})"
_WHERE = rf"\b(?:where(?:\sexactly)?|(?:which|what)\s(?:school|street|house|building|town|gym|hotel|church))\s{_OF_WHOM}\s(?:[a-z]{{2,12}}\s){{0,2}}?{_LIVES}\b"
_FRAME = (
    rf"(?:\b{_ANYONE}\b{_REST}{{0,45}}?\b(?:know|knows|find|finds|found|tell|got|has|have|dig|figure|work|look|say|see|post|share|publish|idea)\b"
    r"|(?<!to\s)\b(?:find|dig|figure|work|look)\s(?:out|up)\b|\btell\s(?:me|us)\b|\bshow\s(?:me|us)\b"
    r"|\b(?:i|we)(?:'d|\swould|\sreally)?\s(?:want|need|love|like|wanna)\s(?:to\s)?(?:know|find|see|hear)\b"
    r"|\b(?:let's|lets|please|we\s(?:should|must|can)|you\s(?:should|can)|time\sto|going\sto|gonna|need\sto)\s(?:all\s)?(?:find|dig|figure|work|track|look)\b)"
)
_FIND_WHERE = re.compile(rf"{_FRAME}{_REST}{{0,30}}?{_WHERE}")
_KNOW_WHERE = re.compile(rf"\b(?:i|we)\s(?:all\s)?know\s{_WHERE}")

_WANTED = (
    rf"(?:(?:{QUALIFIER}\s){{0,3}}(?:address(?:es)?|phone|number|cell|e-?mail|location|whereabouts"
    r"|workplace|plates?|details|school|addy|contact|landline|mobile|dox))"
)
_WANTED_HOME = rf"(?:(?:{QUALIFIER}\s){{0,2}}(?:house|home)\b(?!\s(?:run|state|team|page|country|town|crowd|office|secretary|of)))"
_WHOSE = (
    rf"(?:{POSSESSIVE}\s(?:(?:[a-z]{{2,12}}\s)?{KIN}'s\s)?(?:name\sand\s)?(?:{_WANTED}|{_WANTED_HOME})"
    rf"|the\s(?:name\sand\s)?(?:{_WANTED})\s(?:of|for)\s(?:(?:this|that|the)\s(?:[a-z]{{2,12}}\s)?(?:{PERSON}|{KIN})|{POSSESSIVE}\s{KIN}))"
)
_REQUEST = (
    rf"(?:\b{_ANYONE}\b{_REST}{{0,30}}?\b(?:got|get|gets|have|has|know|knows|post|share|leak|drop|find|dig\sup|publish|give|look\sup|dm|send|tell|release)"
    r"|(?:^|[.!?,;:\n]\s{0,3}|\b(?:please|let's|lets|just|then|and|now|so)\s)(?:drop|post|leak|share|publish|dm|send|find|dig\sup|get|give|look\sup|release|dox)"
    r"|\b(?:i|we|you)\s(?:want|need|should|must|have\sto|need\sto|want\sto|could|can)(?:\s(?:post|leak|share|publish|find|get|release|have|know))?"
    r"|\bwhat(?:'s|\sis))"
)
_ASK_DETAILS = re.compile(rf"{_REQUEST}\s(?:me\s|us\s|out\s|up\s)?{_WHOSE}\b")
_ENDS_THE_REQUEST = re.compile(
    r"\s{0,2}(?:$|[.,!?;:)\n\"'-])|\s(?:please|pls|plz|and|or|so|in|here|now|already|from|for|if|then"
    r"|to\s(?:me|us|this)|somewhere|online|because|any\s?(?:one|1|body)|some\s?(?:one|1|body)|today"
    r"|tonight|out|the|is|would|we|i|he|she)\b"
)

_CALL = r"\b(?:let's|lets|let\sus|we\s(?:should|could|must|can|will|need\sto)|we'll|i'll|i'm|some\s?(?:one|1|body)\sshould|every\s?(?:one|1|body)|time\s(?:to|for)|going\sto|gonna|should|you\s(?:should|can)|who's|who\sis|who\swants\sto|please|go)\b"
_VISIT = re.compile(
    rf"{_CALL}{_REST}{{0,40}}?\bpay(?:ing)?\s(?:{OBJECT}|{NAME})\s(?:all\s)?a\s(?:[a-z]{{2,12}}\s){{0,2}}visit"
    rf"(?P<home>{_REST}{{0,30}}?\b(?:home|house|door|doorstep|place|tonight|night|work|bed))?"
)
_TURN_UP = re.compile(
    rf"{_CALL}{_REST}{{0,40}}?\b(?:go|turn|show|meet|gather|protest|march|head|come|drop|swing|visit|camp|stand|rock)\b"
    rf"{_REST}{{0,25}}?\b(?:{POSSESSIVE})\s(?:[a-z]{{2,12}}\s){{0,2}}?"
    r"(?P<home>house|home|door|doorstep|flat|apartment|driveway|front\sdoor|place|bedroom)\b(?!\s(?:of|run|state|town|page))"
)

_OTHER_LANGUAGES = re.compile(
    r"\b(?:alguien|quien|alguno)\s(?:me\s|nos\s)?(?:sabe|conoce|dice|puede\sdecir\w*)\s(?:\w+\s){0,2}donde\s(?:vive|trabaja|estudian?|para|duerme)n?\b"
    r"|\b(?:publiquen|publicad|pasen|pasad|compartan|compartid|filtren|filtrad|den|dad|suban|difundan)(?:me|nos)?\s(?:\w+\s){0,2}?(?:su|la)\s(?:direccion|telefono|numero|domicilio|casa)\b"
    r"|\balguien\s(?:tiene|sabe|conoce|pasa)\s(?:\w+\s){0,2}?su\s(?:direccion|telefono|numero|domicilio)\b"
    r"|\b(?:quelqu'un|qui)\s(?:sait|connait|peut\sdire)\s(?:\w+\s){0,2}?ou\s(?:\w+\s){0,2}?(?:habite|vit|travaille|dort|il|elle)\b"
    r"|\b(?:quelqu'un\sa|donnez|balancez|partagez|publiez|trouvez)(?:-moi|-nous)?\s(?:\w+\s){0,2}?(?:son|leur)\s(?:adresse|numero|telephone)\b"
    r"|\b(?:weiss|kennt)\s(?:hier\s)?(?:jemand|wer|einer|irgendwer)\W{0,2}\swo\s(?:\w+\s){1,3}(?:wohnt|arbeitet|schlaft|lebt)\b"
    r"|\bwer\s(?:weiss|kennt)\W{0,2}\swo\s(?:\w+\s){1,3}(?:wohnt|arbeitet|lebt)\b"
    r"|\b(?:postet|gebt|schickt|teilt|sucht|her\smit|hat\s(?:jemand|wer))\s(?:\w+\s){0,2}?(?:seiner?|ihrer?|die)\s(?:adresse|nummer|handynummer|telefonnummer|anschrift)\b"
    r"|\bqualcuno\ssa\sdove\s(?:abita|vive|lavora)\b|\balguem\ssabe\sonde\s(?:mora|trabalha|vive)\b"
)

_DISAVOWED = re.compile(
    r"(?:n't|\bnot|\bnever|\bnobody|\bno\s(?:one|1)|\bstop|\bwithout|\bwrong|\billegal|\brefus\w*"
    r"|\bagainst|\bdangerous|\bwhy\s(?:would|do|did|does)|\bif|\bsaid|\bsays|\basked|\btold|\bdemand(?:s|ed|ing)?)\b"
    r"[^.!?\n]{0,30}$"
)
_NO_NAME = frozenset(
    {"it", "this", "that", "these", "those", "we", "i", "the", "all", "most", "such", "our", "my",
     "everyone", "people", "there", "what", "who", "your"}
)  # fmt: skip


def find_requests(reading: Reading) -> Iterator[Finding]:
    """What asks others to find, expose or visit somebody, whether or not details are given."""
    text = reading.text
    if not _MAY_ASK.search(text):
        return
    for pattern, score in ((_FIND_WHERE, 0.95), (_KNOW_WHERE, 0.75)):
        for match in pattern.finditer(text):
            if _speaks_of_a_person(reading, match) and not _disavowed(text, match):
                yield Finding(match.start(), match.end(), "find_request", score, settled=True)
    for match in _ASK_DETAILS.finditer(text):
        if _ENDS_THE_REQUEST.match(text, match.end()) and not _disavowed(text, match):
            yield Finding(match.start(), match.end(), "find_request", 0.95, settled=True)
    for pattern in (_VISIT, _TURN_UP):
        for match in pattern.finditer(text):
            if _speaks_of_a_person(reading, match) and not _disavowed(text, match):
                score = 0.95 if match["home"] not in (None, "place") else 0.8
                yield Finding(match.start(), match.end(), "find_request", score, settled=True)
    for match in _OTHER_LANGUAGES.finditer(text):
        yield Finding(match.start(), match.end(), "find_request", 0.95, settled=True)


def _speaks_of_a_person(reading: Reading, match: re.Match[str]) -> bool:
    """A bare word is a person only when it is capitalised as a name."""
    name = match.groupdict().get("name")
    if not name:
        return True
    first = name.split()[0]
    return first not in _NO_NAME and reading.titled(match.start("name"))


def _disavowed(text: str, match: re.Match[str]) -> bool:
    return bool(_DISAVOWED.search(text[max(0, match.start() - 45) : match.start() + 1]))
