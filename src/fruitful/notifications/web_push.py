"""Pushes to browsers: sealed for one browser (RFC 8291), signed by this server (RFC 8292)."""

from __future__ import annotations

import base64
import binascii
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

import httpcore2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from webpush import WebPush, WebPushSubscription  # type: ignore[import-untyped] # has no types
from webpush.types import WebPushKeys, WebPushMessage  # type: ignore[import-untyped] # has no types

from fruitful.domain.notifications import PushDelayed, PushGone, PushRefused, PushSubscription

TTL_SECONDS = 24 * 3600
"""How long a push service keeps a push for a browser that is offline."""
LONGEST_MESSAGE = 3_000
"""Bytes; sealed, a push has to fit in the 4,096 that every push service takes (RFC 8030, 7.2)."""
_TIMEOUT_SECONDS = 10.0
_AUTH_BYTES = 16
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256 (FIPS 186-5)."""
_GONE = (404, 410)
_TOO_MANY = 429


def vapid_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The key by which push services know this server, made from its secret: machines that share
    the secret share the key, and nothing more has to be kept. 48 bytes leave no bias that could
    be measured (FIPS 186-5, A.2.1)."""
    material = HKDF(algorithm=SHA256(), length=48, salt=None, info=b"fruitful web push").derive(
        secret
    )
    number = int.from_bytes(material) % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def are_keys(p256dh: str, auth: str) -> bool:
    """Whether these are the keys of a browser: a point on P-256, and 16 bytes."""
    try:
        point, secret = _decoded(p256dh), _decoded(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, binascii.Error):
        return False
    return point[:1] == b"\x04" and len(secret) == _AUTH_BYTES


@dataclass(frozen=True, slots=True)
class WebPusher:
    """A `fruitful.domain.notifications.Pusher`.

    ``contact`` is the e-mail address that push services may write to. ``network`` decides which
    machines may be spoken to, because browsers, so strangers, say where a push goes.
    """

    key: ec.EllipticCurvePrivateKey
    contact: str
    network: httpcore2.AsyncNetworkBackend
    tls: ssl.SSLContext | None = None
    """Whom to trust, where that is not whom everybody trusts."""

    @property
    def public_key(self) -> str:
        """The point of the public key, base64url."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.urlsafe_b64encode(point).decode().rstrip("=")

    async def push(self, subscription: PushSubscription, message: bytes, *, topic: str) -> None:
        """Send the message; at most 3,000 bytes. Redirects are not followed."""
        if len(message) > LONGEST_MESSAGE:
            raise PushRefused("too long")
        sealed = self._seal(subscription, message)
        headers: dict[str | bytes, str | bytes] = {
            "TTL": sealed.headers["ttl"],
            "Content-Encoding": sealed.headers["content-encoding"],
            "Content-Type": "application/octet-stream",
            "Authorization": sealed.headers["authorization"],
            "Urgency": "normal",
            "Topic": topic,
        }
        try:
            status = await self._post(subscription.endpoint, headers, sealed.encrypted)
        except (
            httpcore2.NetworkError,
            httpcore2.ProtocolError,
            httpcore2.TimeoutException,
            OSError,
        ) as error:
            raise PushDelayed(type(error).__name__) from error
        _judge(status)

    def _seal(self, subscription: PushSubscription, message: bytes) -> WebPushMessage:
        private = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        sealer = WebPush(BytesIO(private), BytesIO(public), self.contact, ttl=TTL_SECONDS)
        keys = WebPushKeys(auth=subscription.auth, p256dh=subscription.p256dh)
        return sealer.get(message, WebPushSubscription(endpoint=subscription.endpoint, keys=keys))

    async def _post(self, url: str, headers: Mapping[str | bytes, str | bytes], body: bytes) -> int:
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), _TIMEOUT_SECONDS)
        async with (
            httpcore2.AsyncConnectionPool(
                ssl_context=self.tls, network_backend=self.network
            ) as pool,
            # The answer's body is nobody's business, and could be endless.
            pool.stream(
                "POST", url, headers=headers, content=body, extensions={"timeout": timeout}
            ) as response,
        ):
            return response.status


def _judge(status: int) -> None:
    if status in _GONE:
        raise PushGone
    if status == _TOO_MANY or status >= 500:
        raise PushDelayed(f"HTTP {status}")
    if not 200 <= status < 300:
        raise PushRefused(f"HTTP {status}")


def _decoded(text: str) -> bytes:
    padded = text.encode("ascii") + b"=" * (-len(text) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)
