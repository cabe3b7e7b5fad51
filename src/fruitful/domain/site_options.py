"""What a publisher may choose for one site. Everything has a default that suits a newspaper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from fruitful.domain.errors import InvalidOption

_YES = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


CRISIS_HELP = (
    "If you are in danger right now, please call your local emergency number. Somebody will listen"
    " to you at any hour, free and in confidence: findahelpline.com names helplines everywhere."
)


class Erasure(StrEnum):
    """What becomes of a reader's published comments when they have all they gave erased."""

    ANONYMISE = "anonymise"
    """They stand without a name, so that answers still make sense."""
    REMOVE = "remove"
    """They go too; a stub stays where one was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOptions:
    """One site's choices. A field is a ``bool``, an ``int``, a ``str`` or a ``StrEnum``."""

    contact: str = ""
    """How a reader reaches the newsroom: an address or a page, told with every decision."""
    crisis_help: str = CRISIS_HELP
    """What a writer who speaks of ending their own life is told about where help is."""
    erasure: Erasure = Erasure.ANONYMISE
    """What erasing means for published comments."""
    hold_first_comments: int = 0
    """How many of a reader's first comments wait for a moderator, whatever they say."""
    link_cards: bool = False
    """Whether a link alone on its line becomes a card, for which this server fetches the page."""
    nudge: bool = True
    """Whether writers are told before they post that a rule looks broken."""
    unique_guest_names: bool = False
    """Whether a guest may not write under the name of another guest in the same thread."""
    sign_in_email: bool = False
    """Whether readers may sign in with a letter to their e-mail address."""
    sign_in_jwt: bool = False
    """Whether readers may sign in with the publisher's own accounts."""
    sign_in_page: str = ""
    """Where the publisher's own accounts sign in; readers without one are led there."""
    sign_in_oidc: bool = False
    """Whether readers may sign in at an OpenID Connect provider."""
    sign_in_passkey: bool = False
    """Whether readers may sign in with a passkey."""
    digest_hour: int = 7
    """The hour, 0 to 23 by the site's clocks, at which readers are sent the news of the day."""
    time_zone: str = "UTC"
    """The site's clocks: a name of the IANA time zone database, such as ``Europe/Lisbon``."""

    purge_url: str = ""
    """Where the publisher's cache is told that a thread has changed; empty where there is none."""
    purge_secret: str = ""
    """What that news is signed with."""
    shared_seconds: int = 5
    """How long a shared cache may show a thread without asking: without news of changes, the time
    that a comment taken down can still be seen."""

    def __post_init__(self) -> None:
        if not 0 <= self.digest_hour <= 23:
            raise ValueError("a day has the hours 0 to 23")
        if self.shared_seconds < 0:
            raise ValueError("no cache keeps anything for less than no time")
        ZoneInfo(self.time_zone)

    def with_text(self, name: str, value: str) -> SiteOptions:
        """The same with one option set from text, as a person writes it.

        Raises :class:`InvalidOption` for a name that is not known or a value that does not fit.
        """
        kind = _kinds().get(name)
        if kind is None:
            raise InvalidOption(f"there is no option {name}; there are {', '.join(_kinds())}")
        try:
            return replace(self, **{name: _read(kind, value)})
        except (KeyError, ValueError) as error:
            raise InvalidOption(f"{name} cannot be {value!r}: {_wanted(kind)}") from error


def options_from(stored: Mapping[str, Any]) -> SiteOptions:
    """The options as they were stored. What another version stored and this one cannot read is
    left at its default: a site must not go down over a choice."""
    options = SiteOptions()
    for name, value in stored.items():
        try:
            options = options.with_text(name, str(value))
        except InvalidOption:
            continue
    return options


def stored_options(options: SiteOptions) -> dict[str, Any]:
    """What to store: the choices that differ from the defaults."""
    default = SiteOptions()
    return {
        field.name: getattr(options, field.name)
        for field in fields(options)
        if getattr(options, field.name) != getattr(default, field.name)
    }


def _kinds() -> Mapping[str, type]:
    return get_type_hints(SiteOptions)


def _read(kind: type, value: str) -> Any:
    return _YES[value.strip().lower()] if kind is bool else kind(value.strip())


def _wanted(kind: type) -> str:
    if kind is bool:
        return "it is yes or no"
    if issubclass(kind, StrEnum):
        return f"it is one of {', '.join(kind)}"
    return "it is a whole number" if kind is int else "it is text"
