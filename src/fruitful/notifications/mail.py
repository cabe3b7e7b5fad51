"""Hands letters to a mail server over SMTP."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from fruitful.domain.letters import Letter, LetterDelayed, LetterRefused

_TIMEOUT_SECONDS = 20.0
_SUBMISSION, _TLS = 587, 465
_PERMANENT = 500
"""Replies from here on say that the same letter would be refused again (RFC 5321, 4.2.1)."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """A `fruitful.domain.letters.Mailer`.

    ``url`` is ``smtp://[user:password@]host[:587]``, which uses STARTTLS where the server offers
    it, and insists on it before it tells a password to another machine; or
    ``smtps://[user:password@]host[:465]``, which is TLS from the start. ``sender`` is an address,
    with a name or without.
    """

    url: str
    sender: str

    async def send(self, letter: Letter) -> None:
        """Hand the letter over in a connection of its own, within 20 s for each step."""
        try:
            message = self._message(letter)
        except ValueError as error:
            # A line break in a header, such as an address made up to smuggle one in.
            raise LetterRefused("unwritable header") from error
        try:
            await aiosmtplib.send(message, timeout=_TIMEOUT_SECONDS, **self._connection())
        except SMTPAuthenticationError as error:
            raise LetterDelayed("sign-in refused") from error
        except SMTPRecipientsRefused as error:
            codes = [refused.code for refused in error.recipients]
            raise _outcome(min(codes, default=0)) from error
        except SMTPResponseException as error:
            raise _outcome(error.code) from error
        except (SMTPException, OSError, ssl.SSLError) as error:
            raise LetterDelayed(type(error).__name__) from error

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = letter.recipient
        message["Subject"] = letter.subject
        message["Date"] = formatdate()
        domain = parseaddr(self.sender)[1].rpartition("@")[2]
        message["Message-ID"] = make_msgid(domain=domain or None)
        message["Auto-Submitted"] = "auto-generated"
        for name, value in letter.headers.items():
            del message[name]
            message[name] = value
        message.set_content(letter.text)
        if letter.html is not None:
            message.add_alternative(letter.html, subtype="html")
        return message

    def _connection(self) -> dict[str, Any]:
        parts = urlsplit(self.url)
        is_tls = parts.scheme == "smtps"
        tells_password = parts.password is not None and parts.hostname not in _LOOPBACK
        return {
            "hostname": parts.hostname,
            "port": parts.port or (_TLS if is_tls else _SUBMISSION),
            "use_tls": is_tls,
            "start_tls": False if is_tls else (True if tells_password else None),
            "username": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
        }


def _outcome(code: int) -> LetterRefused | LetterDelayed:
    # Only the reply's number: its text often quotes the address.
    kind = LetterRefused if code >= _PERMANENT else LetterDelayed
    return kind(f"SMTP {code}")
