"""Links in a comment: how many there are, and whether they hide where they lead."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fruitful.domain.moderation import Signal, Span
from fruitful.domain.policy import Category
from fruitful.moderation.document import Detection, Document
from fruitful.moderation.normalise import fold

# Scores are a convention, set against the default thresholds (hold 0.5, return 0.9), not measured.
FEW = 3
"""Links that a comment may hold; more are a link farm or need a look."""
_PER_LINK_AMONG_FEW = 0.1
_MANY = 0.6
_FARM = 0.9
_FARM_SIZE = 10
_SHORTENED = 0.55
_BARE_ADDRESS = 0.6
_SPELLED_OUT = 0.6
_LOOK_ALIKE = 0.7
_DECEPTIVE = 0.85

# Services that exist to hide the target of a link.
_SHORTENERS = frozenset(
    {
        "adf.ly",
        "bit.do",
        "bit.ly",
        "bl.ink",
        "buff.ly",
        "clck.ru",
        "cutt.ly",
        "goo.gl",
        "goo.su",
        "is.gd",
        "linktr.ee",
        "lnkd.in",
        "ow.ly",
        "rb.gy",
        "rebrand.ly",
        "s.id",
        "shorte.st",
        "short.io",
        "shorturl.at",
        "soo.gd",
        "t.co",
        "t.ly",
        "t2m.io",
        "tiny.cc",
        "tiny.one",
        "tinyurl.com",
        "u.to",
        "urlz.fr",
        "v.gd",
        "x.co",
        "wa.me",
    }
)
_TOP_LEVEL = (
    r"(?:com|net|org|info|biz|edu|gov|mil|int|io|co|me|tv|cc|ai|app|dev|xyz|top|site|online|shop|"
    r"store|club|live|link|click|win|vip|bet|icu|buzz|pro|work|world|space|website|tech|blog|news|"
    r"loan|cam|rest|fun|uk|us|ca|au|nz|ie|de|fr|es|it|pt|nl|be|ch|at|pl|se|no|dk|fi|cz|eu|ru|ua|"
    r"cn|jp|kr|in|br|mx|ar|cl|za|ng|ke|id|my|ph|vn|th|tr|gr|hu|ro|su|tk|ml|ga|cf|gq|to|ws|ly|gl|"
    r"gd|gg|am|fm|xn--[a-z0-9-]{2,59})"
)
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_NAME = rf"(?:{_LABEL}\.){{1,8}}"
_TAIL = r"(?::\d{1,5})?(?:[/?#][^\s<>\"'`\])}]*)?"
_LINK = re.compile(
    rf"(?P<scheme>(?:https?|ftp)://)(?P<user>[^\s/@<>\"']{{1,200}}@)?"
    rf"(?P<host>\[[0-9a-f:.]{{2,45}}\]|[^\s/:?#@<>\"'\])}}]{{1,253}})(?P<tail>{_TAIL})"
    rf"|(?<![\w@./:-])(?P<bare>{_NAME}{_TOP_LEVEL})(?![\w@]|-\w|\.\w)(?P<baretail>{_TAIL})",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"\[([^\[\]\n]{1,200})\]\(\s{0,8}([^\s()<>]{1,2000})", re.IGNORECASE)
_DOT = r"(?:\s{0,2}[\[({<]\s{0,2}(?:dot|\.)\s{0,2}[\])}>]\s{0,2}|\s{1,2}dot\s{1,2})"
_SPELLED = re.compile(
    rf"(?<![\w@])(?:https?\s?:?\s?/?/?\s?)?(?:www{_DOT})?{_LABEL}{_DOT}(?:com|net|org|info|biz|xyz|"
    r"shop|online|site|club|top|io|ru)\b",
    re.IGNORECASE,
)
# "The dot com bubble" speaks of an age, not of a site.
_DOT_COM_ERA = re.compile(
    r"(?:the|a|an|this|that|of|in|post|pre|early|first)\s+dot\s+com|.*\bdot\s+com\s+(?:bubble|boom|bust|"
    r"crash|era|compan|start|collapse|burst|stock)",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?*_~'\""
_HOST_IN_LABEL = re.compile(
    rf"(?:https?://)?(?P<host>{_NAME}{_TOP_LEVEL})(?![\w.-])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as written, and the host it leads to in lower case, without ``www.``."""

    host: str
    span: Span
    has_credentials: bool = False


class LinksDetector:
    """Counts and judges links as spam; those to the house rules' allowed links count for nothing.

    ====================  =====  =================================================================
    evidence              score  when
    ====================  =====  =================================================================
    ``links:few``         0.1 n  1 to 3 links, so that other signals of spam have company
    ``links:many``        0.6    4 to 9 links
    ``links:farm``        0.9    10 links or more
    ``links:shortened``   0.55   a service that hides the target
    ``links:address``     0.6    the host is a number
    ``links:spelled``     0.6    "example dot com": written so as not to be seen as a link
    ``links:look_alike``  0.7    letters of another script imitate a Latin name
    ``links:deceptive``   0.85   the text shows another host, or a name stands before an "@"
    ====================  =====  =================================================================
    """

    name = "links"
    categories = frozenset({Category.SPAM})

    def detect(self, document: Document) -> Detection:
        """One signal for the number of links, and one for each link that hides something."""
        allowed = document.house_rules.allowed_links
        links = [link for link in links_in(document.text) if not is_within(link.host, allowed)]
        spelled = [
            Span(*match.span())
            for match in _SPELLED.finditer(document.text)
            if not is_within(_spelled_host(match.group()), allowed)
            and not _DOT_COM_ERA.match(document.text[match.start() : match.end() + 10])
        ]
        signals = [
            *_counted(links, len(spelled)),
            *(signal for link in links for signal in _judged(link)),
            *_mismatched(document.text, allowed),
            *(_signal(_SPELLED_OUT, "spelled", span) for span in spelled),
        ]
        return Detection(signals=tuple(signals))


def links_in(text: str) -> list[Link]:
    """Every link that a reader could follow or copy, with or without a scheme."""
    return [_link(match) for match in _LINK.finditer(text)]


def is_within(host: str, domains: frozenset[str]) -> bool:
    """Whether ``host`` is one of the domains or lies below one."""
    labels = host.split(".")
    return any(".".join(labels[i:]) in domains for i in range(len(labels)))


def _link(match: re.Match[str]) -> Link:
    host = match["host"] or match["bare"]
    end = match.end()
    if not (match["tail"] or match["baretail"]):
        host = host.rstrip(_TRAILING)
        end = match.start("host" if match["host"] else "bare") + len(host)
    while end > match.start() + 1 and match.string[end - 1] in _TRAILING:
        end -= 1
    return Link(
        host=_bare_host(host),
        span=Span(match.start(), end),
        has_credentials=match["user"] is not None,
    )


def _bare_host(host: str) -> str:
    return host.lower().strip("[].").removeprefix("www.")


def _spelled_host(spelled: str) -> str:
    name = re.sub(r"^https?\s?:?\s?/?/?\s?", "", spelled, flags=re.IGNORECASE)
    return _bare_host(re.sub(_DOT, ".", name, flags=re.IGNORECASE))


def _counted(links: list[Link], spelled: int) -> Iterator[Signal]:
    count = len(links) + spelled
    if not links:
        return
    if count <= FEW:
        yield _signal(round(_PER_LINK_AMONG_FEW * count, 2), "few", links[0].span)
    elif count < _FARM_SIZE:
        yield _signal(_MANY, "many", links[FEW].span if len(links) > FEW else links[-1].span)
    else:
        yield _signal(_FARM, "farm", links[-1].span)


def _judged(link: Link) -> Iterator[Signal]:
    if link.host in _SHORTENERS:
        yield _signal(_SHORTENED, "shortened", link.span)
    if _is_number(link.host):
        yield _signal(_BARE_ADDRESS, "address", link.span)
    if _is_look_alike(link.host):
        yield _signal(_LOOK_ALIKE, "look_alike", link.span)
    if link.has_credentials:
        yield _signal(_DECEPTIVE, "deceptive", link.span)


def _mismatched(text: str, allowed: frozenset[str]) -> Iterator[Signal]:
    """Markdown links whose text names one host and whose target is another."""
    for match in _MARKDOWN.finditer(text):
        shown = _HOST_IN_LABEL.fullmatch(match.group(1).strip().split("/", 3)[-1])
        shown = shown or _HOST_IN_LABEL.match(match.group(1).strip())
        target = next(iter(links_in(match.group(2))), None)
        if not shown or not target or is_within(target.host, allowed):
            continue
        shown_host = _bare_host(shown["host"])
        if not (is_within(target.host, frozenset({shown_host})) or shown_host == target.host):
            yield _signal(_DECEPTIVE, "deceptive", Span(match.start(), match.end(2)))


def _is_number(host: str) -> bool:
    """Whether the host is an IP address, also as one decimal or hexadecimal number."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return re.fullmatch(r"\d{8,10}|0x[0-9a-f]{8}", host) is not None
    return True


def _is_look_alike(host: str) -> bool:
    """Whether letters of another script make the host read as a Latin name, in punycode or not."""
    try:
        shown = ".".join(_decoded(label) for label in host.split("."))
    except UnicodeError:
        return True
    return not shown.isascii() and fold(shown).text.isascii()


def _decoded(label: str) -> str:
    return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label


def _signal(score: float, evidence: str, span: Span) -> Signal:
    return Signal(
        category=Category.SPAM,
        score=score,
        detector=LinksDetector.name,
        span=span,
        evidence=f"links:{evidence}",
    )
