"""Every setting, read from the environment once. Nothing else reads the environment."""

from __future__ import annotations

import os
import re
import secrets
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    Field,
    IPvAnyNetwork,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_PREFIX = "FRUITFUL_"
_SMTP = re.compile(r"smtps?://[^/?#]+/?")
_WEB_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/?")
_POSTGRESQL = re.compile(r"postgres(ql(\+psycopg)?)?://")


class SettingsInvalid(Exception):
    """A setting cannot be used. The message has one line for each and names the variable."""


def _default_state_dir() -> Path:
    """Where the XDG Base Directory Specification has programs keep what must not be lost."""
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "fruitful"


class Settings(BaseSettings):
    """What an operator may choose, as variables ``FRUITFUL_<NAME>``."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    state_dir: Path = Field(default_factory=_default_state_dir)
    """Holds the embedded database and the secret. Private to its owner."""
    database_url: str | None = Field(
        default=None, validation_alias=AliasChoices("FRUITFUL_DATABASE_URL", "DATABASE_URL")
    )
    """A PostgreSQL 15 or newer; without one, the embedded PostgreSQL runs in ``state_dir``."""
    pool_size: PositiveInt = 5
    """Connections that each worker process keeps; it may open twice as many more for a while."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    workers: PositiveInt = 1
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode] = ()
    """Addresses and networks, separated by commas, whose ``X-Forwarded-*`` are believed."""
    body_limit: PositiveInt = 256 * 1024
    """Largest request body in bytes."""

    secret: str | None = Field(default=None, min_length=32)
    """Keys the hashes of addresses. Made and kept in ``state_dir`` where it is not set; machines
    that serve the same site must share it."""
    house_rules: Path | None = None
    """The house rules in TOML; the built-in ones otherwise."""
    classifier_dir: Path | None = None
    """Where the classifier's artefact is; the one that is shipped otherwise."""
    deadline_seconds: PositiveFloat = 2.0
    """What has not been measured of a comment by then is missing, and the comment is held."""
    threads: PositiveInt = 2
    """Threads of each detector."""

    comments_per_minute: PositiveInt = 6
    comments_per_hour: PositiveInt = 60
    reports_per_hour: PositiveInt = 30
    appeals_per_hour: PositiveInt = 20
    respects_per_hour: PositiveInt = 120
    scores_per_minute: PositiveInt = 120
    letters_per_hour: PositiveInt = 6
    confirmations_per_hour: PositiveInt = 5
    checks_per_minute: PositiveInt = 30
    sign_ins_per_quarter_hour: PositiveInt = 10
    reader_sign_ins_per_minute: PositiveInt = 60
    keep_returned_days: NonNegativeFloat = 7
    """Texts that nobody may see are erased after so many days."""
    keep_rejected_days: NonNegativeFloat = 30
    keep_deleted_days: NonNegativeFloat = 7

    smtp_url: str | None = None
    """The mail server, as ``smtp://user:password@host:587`` or ``smtps://…``; without one no letter
    is sent."""
    mail_from: str = Field(default="", validate_default=True)
    """Whom letters come from, such as ``The Courier <comments@courier.example>``."""
    public_url: str | None = None
    """Where readers reach this server, such as ``https://comments.courier.example``; letters link
    there."""
    push_contact: str | None = None
    """Whom a push service may write to about pushes from here, an e-mail address (RFC 8292, 2.1);
    without one no push is sent."""

    demo: bool = False
    """Serve the fictional newspaper too."""
    log_format: Literal["auto", "console", "json"] = "auto"
    """``auto`` writes for people on a terminal and JSON otherwise."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("database_url")
    @classmethod
    def _check_scheme(cls, value: str | None) -> str | None:
        if value is not None and not _POSTGRESQL.match(value):
            raise ValueError("the address of a PostgreSQL database begins with postgresql://")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _check_mail_server(cls, value: str | None) -> str | None:
        if value is not None and not _SMTP.match(value):
            raise ValueError("a mail server's address begins with smtp:// or smtps://")
        return value

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str | None) -> str | None:
        if value is not None and not _WEB_ORIGIN.fullmatch(value):
            raise ValueError("this is https:// and a host, with nothing after it")
        return value.rstrip("/") if value else None

    @field_validator("mail_from")
    @classmethod
    def _check_sender(cls, value: str, others: ValidationInfo) -> str:
        if others.data.get("smtp_url") and "@" not in parseaddr(value)[1]:
            raise ValueError("letters need an address that they come from")
        return value

    def secret_bytes(self) -> bytes:
        """The secret, made when first asked for. Raises ``OSError`` where it cannot be kept."""
        if self.secret is not None:
            return self.secret.encode()
        file = self.state_dir / "secret"
        if not file.exists():
            self._make_secret(file)
        return file.read_bytes()

    def _make_secret(self, file: Path) -> None:
        self.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.state_dir / f".secret-{os.getpid()}-{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as new:
            new.write(secrets.token_urlsafe(48))
        try:
            # Unlike a rename, a link never replaces the secret that another process has just made.
            file.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()


def load_settings(**overrides: Any) -> Settings:
    """The settings from the environment, with those given in their place.

    Raises `SettingsInvalid`.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        lines = [f"{_variable(problem['loc'])}: {problem['msg']}" for problem in error.errors()]
        raise SettingsInvalid("\n".join(lines)) from error


def _variable(location: tuple[int | str, ...]) -> str:
    name = str(location[0]).upper()
    name = name if name.startswith(_PREFIX) else _PREFIX + name
    # A setting that goes by two names is reported by the first, whichever was used.
    plain = name.removeprefix(_PREFIX)
    return plain if plain == "DATABASE_URL" and name not in os.environ else name
