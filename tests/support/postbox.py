"""A real SMTP server that keeps what it is given."""

from __future__ import annotations

import asyncio
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult


@dataclass
class Postbox:
    """Takes letters, or answers each recipient with ``reply`` instead."""

    url: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    reply: str | None = None
    passwords: list[bytes] = field(default_factory=list)
    """Those that were told."""

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Take or refuse a recipient."""
        if self.reply is not None:
            return self.reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep the letter."""
        letter = message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    def authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any
    ) -> AuthResult:
        """Let everybody in, and remember by which password."""
        self.passwords.append(data.password)
        return AuthResult(success=True)

    def text(self, place: int = -1) -> str:
        """What a letter says in plain text; the last one's unless another is asked for."""
        body = self.letters[place].get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")


@asynccontextmanager
async def open_postbox(host: str = "127.0.0.1") -> AsyncIterator[Postbox]:
    """Listen on a free port until the block ends."""
    postbox = Postbox()
    loop = asyncio.get_running_loop()
    # Handed to the event loop itself: the library's own controller cannot take a free port.
    server = await loop.create_server(
        lambda: SMTP(
            postbox,
            enable_SMTPUTF8=True,
            loop=loop,
            hostname="postbox.example",
            authenticator=postbox.authenticate,
            auth_require_tls=False,
        ),
        host,
        0,
    )
    postbox.url = f"smtp://{host}:{server.sockets[0].getsockname()[1]}"
    try:
        yield postbox
    finally:
        server.close()
        await server.wait_closed()
