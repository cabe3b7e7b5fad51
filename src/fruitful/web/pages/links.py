"""Addresses of a reader's private pages, which open for whoever holds the link."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request

from fruitful.services.private_links import comment_key, reader_pass
from fruitful.services.world import World
from fruitful.web.pages.routing import asked_language
from fruitful.web.requests import base_url, world_of


@dataclass(frozen=True, slots=True)
class PrivateLinks:
    """Makes links for one reader. ``base_url`` is empty on this server's own pages, where every
    link keeps the page's language by itself; elsewhere ``language`` goes along."""

    world: World
    base_url: str = ""
    language: str = ""

    def decision(self, comment_id: UUID, decision_id: UUID) -> str:
        """Why it was decided so, and how to contest it."""
        key = comment_key(self.world, comment_id)
        return f"{self.base_url}/decisions/{decision_id}?key={key}{self._spoken}"

    def in_force(self, comment_id: UUID) -> str:
        """The same of whatever decision the comment then stands under."""
        key = comment_key(self.world, comment_id)
        return f"{self.base_url}/comments/{comment_id}/decision?key={key}{self._spoken}"

    def own(self, reader_id: UUID) -> str:
        """All that the reader wrote. Good for a day, so it belongs in no e-mail."""
        return f"{self.base_url}/me?pass={reader_pass(self.world, reader_id)}{self._spoken}"

    def notifications(self, reader_id: UUID) -> str:
        """Where the reader chooses what they are told. Good for a day."""
        key = reader_pass(self.world, reader_id)
        return f"{self.base_url}/notifications?pass={key}{self._spoken}"

    @property
    def _spoken(self) -> str:
        return f"&lang={self.language}" if self.language else ""


def links_for(request: Request, *, embedded: bool = False) -> PrivateLinks:
    """Links for the page that asks; ``embedded`` where it is another server's."""
    if not embedded:
        return PrivateLinks(world_of(request))
    return PrivateLinks(world_of(request), base_url(request), asked_language(request).code)
