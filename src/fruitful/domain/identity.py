"""Ids that sort by the time they were made, and secrets that only their holder knows."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562, section 5.7): 48 bits of milliseconds, then randomness."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)


def new_token() -> str:
    """An unguessable secret of 256 bits, safe in URLs, headers and cookies."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored of a token. Tokens are random, so a plain SHA-256 cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def address_hash(address: str, *, key: bytes, day: str) -> str:
    """A keyed hash of a network address that changes every day, so that it cannot follow people."""
    return hmac.new(key, f"{day}|{address}".encode(), hashlib.sha256).hexdigest()[:32]
