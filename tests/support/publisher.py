"""A publisher with accounts of its own: makes keys, publishes them, and signs tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeyParameters, OctKey, OKPKey

from fruitful.domain.identity import uuid7

ISSUER = "https://paper.example"
SECRET = "a secret that publisher and server share, of 32 bytes or more"

SigningKey = OKPKey | ECKey | OctKey
_ALGORITHM = {"OKP": "EdDSA", "EC": "ES256", "oct": "HS256"}


def new_key(kid: str | None = "one", *, kind: str = "OKP") -> SigningKey:
    """A key pair, Ed25519 or (``EC``) P-256; or the shared secret (``oct``)."""
    parameters: KeyParameters = {"kid": kid} if kid else {}
    if kind == "oct":
        return OctKey.import_key(SECRET, parameters)
    if kind == "EC":
        return ECKey.generate_key("P-256", parameters)
    return OKPKey.generate_key("Ed25519", parameters)


def key_set(*keys: SigningKey) -> str:
    """The public halves as a JSON Web Key Set."""
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


def claims(moment: datetime, **changes: Any) -> dict[str, Any]:
    """What a good token says at the moment; ``None`` leaves a claim out."""
    now = int(moment.timestamp())
    whole = {
        "iss": ISSUER,
        "aud": "paper",
        "sub": "7",
        "name": "Ada Lovelace",
        "iat": now,
        "exp": now + 300,
        "jti": uuid7().hex,
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def sign(key: SigningKey, said: dict[str, Any], **header: Any) -> str:
    """A token, signed as the key's kind has it."""
    algorithm = _ALGORITHM[key.key_type]
    head = {"alg": algorithm, **({"kid": key.kid} if key.kid else {}), **header}
    return jwt.encode(head, said, key, algorithms=[head["alg"]])


def forge(header: dict[str, Any], said: dict[str, Any], secret: bytes | None = None) -> str:
    """A token put together by hand: unsigned, or signed with HS256 by whatever bytes."""
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in (header, said))
    signature = hmac.digest(secret, signed.encode(), hashlib.sha256) if secret else b""
    return f"{signed}.{_encoded(signature)}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Published:
    """Where keys are published; counts how often they were asked for."""

    text: str
    is_up: bool = True
    asked: int = field(default=0)

    async def fetch(self, url: str) -> bytes:
        """Give it where `fruitful.services.key_sets.KeySets` fetches."""
        self.asked += 1
        if not self.is_up:
            raise OSError("out of reach")
        return self.text.encode()
