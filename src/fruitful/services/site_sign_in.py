"""Which ways to sign in a site offers, and the keys that belong to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from fruitful.domain.conversation import Site
from fruitful.domain.errors import InvalidOption
from fruitful.domain.sign_in import SECRET_KEYS, SignInMethod, SiteKeyKind
from fruitful.domain.sign_in_errors import InvalidSignInKey
from fruitful.services.key_sets import check_key_set_url, parse_key_set
from fruitful.services.publish_sites import UnknownSite
from fruitful.services.world import World
from fruitful.storage import site_keys, sites

SHORTEST_SECRET = 32
"""Bytes; RFC 7518, section 3.2, has a key for HS256 be as long as its hash."""
_SWITCH = "sign_in_"
_YES_OR_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInSetUp:
    """What is chosen for a site. ``keys`` has the values of public keys and only stars for secrets.

    ``missing`` says in words what a way that is switched on still needs.
    """

    site: Site
    keys: Mapping[SiteKeyKind, str]
    missing: tuple[str, ...]

    @property
    def ways(self) -> tuple[SignInMethod, ...]:
        """How readers may be known on the site."""
        return ways_of(self.site)


def ways_of(site: Site) -> tuple[SignInMethod, ...]:
    """How readers may be known on the site, guests first."""
    chosen = {SignInMethod.GUEST: site.guests_allowed}
    for method in SignInMethod:
        chosen.setdefault(method, getattr(site.options, f"{_SWITCH}{method}", False))
    return tuple(method for method, is_chosen in chosen.items() if is_chosen)


async def site_by_slug(world: World, slug: str) -> Site:
    """The site with this short name. Raises :class:`UnknownSite`."""
    async with world.database.reading() as connection:
        return await _site(connection, slug)


async def set_up_sign_in(world: World, slug: str, wanted: Mapping[str, str]) -> SignInSetUp:
    """Choose for a site, all or nothing: ``guests`` and the methods' names take yes or no, the
    kinds of `SiteKeyKind` a value, or nothing to forget it.

    Raises :class:`UnknownSite`, :class:`~fruitful.domain.errors.InvalidOption` for a name or
    choice that is not known, and :class:`InvalidSignInKey` for a key that cannot be used.
    """
    async with world.database.transaction() as connection:
        site = await _site(connection, slug)
        for name, value in wanted.items():
            if name in set(SiteKeyKind):
                await _set_key(connection, world, site, (SiteKeyKind(name), value))
            else:
                site = _chosen(site, name, value)
        await sites.set_options(connection, site.id, site.options)
        await sites.set_guests_allowed(connection, site.id, is_allowed=site.guests_allowed)
        keys = await site_keys.of_site(connection, site.id)
        if {SiteKeyKind.JWT_SECRET} < keys.keys() & _VERIFYING:
            # A public key is no secret: who knows it could sign with it as if it were one.
            raise InvalidSignInKey("A site signs with a secret or with public keys, not with both.")
    return SignInSetUp(
        site=site,
        keys={kind: "***" if kind in SECRET_KEYS else value for kind, value in keys.items()},
        missing=_missing(site, keys),
    )


_VERIFYING = {SiteKeyKind.JWT_SECRET, SiteKeyKind.JWT_JWKS, SiteKeyKind.JWT_JWKS_URL}


_OIDC = (SiteKeyKind.OIDC_ISSUER, SiteKeyKind.OIDC_CLIENT_ID, SiteKeyKind.OIDC_CLIENT_SECRET)


def _missing(site: Site, keys: Mapping[SiteKeyKind, str]) -> tuple[str, ...]:
    found: list[str] = []
    if site.options.sign_in_jwt:
        if SiteKeyKind.JWT_ISSUER not in keys:
            found.append("jwt needs jwt_issuer")
        if not keys.keys() & _VERIFYING:
            found.append("jwt needs jwt_jwks_url, jwt_jwks or jwt_secret")
    if site.options.sign_in_oidc:
        found += [f"oidc needs {kind}" for kind in _OIDC if kind not in keys]
    if not ways_of(site):
        found.append("nobody can comment: choose guests=yes or a way to sign in")
    return tuple(found)


def _chosen(site: Site, name: str, value: str) -> Site:
    if name == SignInMethod.GUEST or name == "guests":
        if value not in _YES_OR_NO:
            raise InvalidOption(f"guests cannot be {value!r}: it is yes or no")
        return replace(site, guests_allowed=_YES_OR_NO[value])
    if name not in set(SignInMethod):
        known = ("guests", *list(SignInMethod)[1:], *SiteKeyKind)
        raise InvalidOption(f"there is no {name}; there are {', '.join(known)}")
    return replace(site, options=site.options.with_text(f"{_SWITCH}{name}", value))


async def _set_key(
    connection: AsyncConnection, world: World, site: Site, key: tuple[SiteKeyKind, str]
) -> None:
    kind, value = key
    if not value.strip():
        await site_keys.remove(connection, site.id, kind)
        return
    checked = _checked(kind, value.strip())
    await site_keys.put(connection, site.id, kind, checked, moment=world.clock())


def _checked(kind: SiteKeyKind, value: str) -> str:
    if kind in (SiteKeyKind.JWT_JWKS_URL, SiteKeyKind.OIDC_ISSUER):
        return check_key_set_url(value)
    if kind is SiteKeyKind.JWT_JWKS:
        parse_key_set(value)
    if kind is SiteKeyKind.JWT_SECRET:
        if len(value.encode()) < SHORTEST_SECRET:
            raise InvalidSignInKey(f"A shared secret has {SHORTEST_SECRET} bytes or more.")
        if value.startswith(("-----BEGIN", "ssh-", "{")):
            raise InvalidSignInKey("This is a key of another kind, not a shared secret.")
    return value


async def _site(connection: AsyncConnection, slug: str) -> Site:
    site = await sites.by_slug(connection, slug)
    if site is None:
        raise UnknownSite
    return site
