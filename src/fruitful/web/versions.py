"""How far each thread has come, known without asking the database for every reader."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

AskVersion = Callable[[UUID], Awaitable[int]]
IsListening = Callable[[], bool]

_THREADS_REMEMBERED = 10_000


@dataclass(slots=True)
class _Known:
    version: int = -1
    epoch: int = -1


class ThreadVersions:
    """The version of each thread that was asked for lately. Used from one event loop only.

    The database is asked once; from then on its notifications (:meth:`heard`) carry the version
    forward. What is known is believed only while notifications arrive, and only if it was read in
    the present epoch. An epoch ends (:meth:`distrust`) whenever notifications may have been
    missed, and with every change made through this process, because its notification may still be
    on its way when the person who made the change looks at the thread again. So nobody ever
    misses their own change.
    """

    def __init__(self, ask: AskVersion, *, is_listening: IsListening) -> None:
        self._ask = ask
        self._is_listening = is_listening
        self._known: OrderedDict[UUID, _Known] = OrderedDict()
        self._epoch = 0

    def heard(self, article_id: UUID, version: int) -> None:
        """Take a notification. It may come late, so it never vouches for the present epoch."""
        known = self._known.get(article_id)
        if known is not None:
            known.version = max(known.version, version)

    def distrust(self) -> None:
        """Ask the database again before believing anything."""
        self._epoch += 1

    def at_hand(self, article_id: UUID) -> int | None:
        """The version, if it can be told without asking."""
        known = self._known.get(article_id)
        if known is None or known.epoch != self._epoch or not self._is_listening():
            return None
        return known.version

    async def current(self, article_id: UUID) -> int:
        """The version now. Raises what asking the database raises."""
        version = self.at_hand(article_id)
        if version is not None:
            return version
        # Both from before the question: a change during it must be heard, and must make us ask
        # again.
        known = self._entry(article_id)
        epoch = self._epoch
        version = await self._ask(article_id)
        known.version = max(known.version, version)
        known.epoch = max(known.epoch, epoch)
        return known.version

    def _entry(self, article_id: UUID) -> _Known:
        known = self._known.setdefault(article_id, _Known())
        self._known.move_to_end(article_id)
        if len(self._known) > _THREADS_REMEMBERED:
            self._known.popitem(last=False)
        return known
