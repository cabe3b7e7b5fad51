"""Tell a publisher's cache, signed, that something it keeps has changed."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from hashlib import sha256

import httpx2

_TIMEOUT_SECONDS = 10.0


class PurgeRefused(Exception):
    """The publisher's cache did not take the news; it is told again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """What has changed: the article by its address, and the surrogate keys of what shows it."""

    article_url: str
    keys: tuple[str, ...]


def surrogate_key(article_id: object) -> str:
    """What every answer about an article's thread is tagged with, for a cache to know it by."""
    return f"article-{article_id}"


def signature(body: bytes, secret: str) -> str:
    """The value of ``Fruitful-Signature``: HMAC-SHA-256 of the body under the site's secret."""
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


async def send_purge(address: str, secret: str, purge: Purge) -> None:
    """POST the news to the address, which an operator has set.

    Raises :class:`PurgeRefused` where nobody answers, or with anything but success.
    """
    body = json.dumps({"article_url": purge.article_url, "keys": list(purge.keys)}).encode()
    headers = {
        "Content-Type": "application/json",
        "Fruitful-Signature": signature(body, secret),
        # Fastly and its kin purge what the header names.
        "Surrogate-Key": " ".join(purge.keys),
    }
    try:
        async with httpx2.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
            answer = await client.post(address, content=body, headers=headers)
    except httpx2.HTTPError as error:
        raise PurgeRefused(type(error).__name__) from error
    if not answer.is_success:
        raise PurgeRefused(f"status {answer.status_code}")
