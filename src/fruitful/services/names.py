"""Whose name may somebody take: none that would have them mistaken for somebody else.

Names that look the same count as the same, as with the skeletons of Unicode's confusables (UTS 39,
section 4): case, accents, invisible marks and look-alikes of other scripts make no difference,
nor do figures that stand for letters, blanks, or ``I``, ``l`` and ``1``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Badge, Site
from fruitful.domain.sign_in_errors import NameTaken
from fruitful.moderation.normalise import fold
from fruitful.moderation.normalise.characters import look_alikes
from fruitful.services.world import World
from fruitful.storage import names
from fruitful.storage.names import Bearer

ACTIVE_WITHIN = timedelta(days=30)
"""A guest's name is theirs in a thread for so long after they last wrote there."""
_FIGURES = str.maketrans("013457$@|i", "oleastsall")
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_TITLE = 8
"""Letters of a site's name from which on a longer name must not contain it: ``The Paper Team``
poses as the paper, ``Ann Page`` does not pose as Page."""
_OFFICES = """
    admin administrator administration administrador administradora administrateur
    administratrice moderator moderation moderador moderadora moderacion moderacao moderateur
    moderatrice moderatorin mod mods editor editors editora editeur editrice editorial redaktion
    redakteur redakteurin redaccion redacao redaction redactor redactora newsroom newsdesk
    webmaster sysadmin مشرف مشرفة محرر محررة الإدارة ادارة إدارة
"""
_ALONE = "staff team support official system host root owner equipe equipo oficial support"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A name that somebody wants to be known by, on a site and perhaps in a thread.

    ``is_vouched_for`` says that the publisher itself names them: two of its accounts may have one
    name, and that is its own affair.
    """

    name: str
    article_id: UUID | None = None
    reader_id: UUID | None = None
    badge: Badge | None = None
    is_vouched_for: bool = False


def name_key(name: str) -> str | None:
    """What all names that look like this one have in common; ``None`` where nothing is left."""
    letters = fold(name.replace("I", "l")).text
    close = look_alikes().close
    bare = unicodedata.normalize("NFD", "".join(close.get(c, c) for c in letters))
    plain = "".join(c for c in bare.translate(_FIGURES) if c.isalnum())
    return plain.replace("rn", "m").replace("vv", "w") or None


async def check_name(connection: AsyncConnection, world: World, site: Site, wish: Wish) -> None:
    """Raise :class:`NameTaken`, with a ``suggestion`` where there is one, for a name that reads
    like an office of the newsroom, like the site itself, or like another reader.

    Those who have an account, or a badge, have their name to themselves on the whole site; guests
    have it against look-alikes in the threads in which they write, and against the very same name
    too where the site says so (``unique_guest_names``): without an account nobody can tell two
    people called Maria from one who has lost her token.
    """
    if wish.badge is None and poses_as_staff(wish.name, site):
        raise NameTaken
    key = name_key(wish.name)
    if key is None:
        return
    numbered = {f"{wish.name} {number}": name_key(f"{wish.name} {number}") for number in (2, 3, 4)}
    found = await names.bearers(
        connection,
        names.Sought(
            site_id=site.id,
            keys=tuple({key, *(k for k in numbered.values() if k)}),
            article_id=wish.article_id,
            without=wish.reader_id,
            active_since=world.clock() - ACTIVE_WITHIN,
        ),
    )
    if any(bearer.key == key and _is_mistaken(bearer, wish, site) for bearer in found):
        borne = {bearer.key for bearer in found}
        free = [name for name, other in numbered.items() if other not in borne and len(name) <= 60]
        raise NameTaken(**({"suggestion": free[0]} if free else {}))


def poses_as_staff(name: str, site: Site) -> bool:
    """Whether the name reads like an office of the newsroom, or like the site itself."""
    words = [key for word in _WORD.findall(fold(name).text) if (key := _office_key(word))]
    key, whole = name_key(name) or "", _office_key(name)
    titles = [title for text in (site.name, site.slug) if (title := name_key(text))]
    return (
        any(word in _KEYS.anywhere for word in words)
        or whole in _KEYS.anywhere | _KEYS.alone
        or any(key == title or (len(title) >= _SHORTEST_TITLE and title in key) for title in titles)
    )


def _is_mistaken(bearer: Bearer, wish: Wish, site: Site) -> bool:
    if bearer.has_badge:
        return not (wish.is_vouched_for and wish.badge)
    if wish.is_vouched_for:
        return False
    if bearer.has_account:
        return True
    is_same = bearer.name.casefold() == wish.name.casefold()
    return bearer.is_here and (site.options.unique_guest_names or not is_same)


def _office_key(text: str) -> str:
    """The key of a word without the figures at its end: ``admin7`` poses as ``admin`` does."""
    return name_key(text.rstrip("0123456789 _-.")) or ""


@dataclass(frozen=True, slots=True)
class _Keys:
    anywhere: frozenset[str] = field(
        default_factory=lambda: frozenset(_office_key(word) for word in _OFFICES.split())
    )
    alone: frozenset[str] = field(
        default_factory=lambda: frozenset(_office_key(word) for word in _ALONE.split())
    )


_KEYS = _Keys()
