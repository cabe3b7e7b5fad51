"""What pages and letters say about who is signed in, and how else somebody may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from fruitful.domain.conversation import Reader, Site
from fruitful.domain.sign_in import SignInMethod
from fruitful.services.site_sign_in import ways_of
from fruitful.web.pages.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class WayView:
    """A way to sign in that a reader may take, and where it begins."""

    method: SignInMethod
    label: str
    url: str
    opens_window: bool
    """Whether the embedded section has to open a window for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeView:
    """Who reads. A guest is shown nothing of this."""

    name: str
    badge: str | None
    method: SignInMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoMayWrite:
    """How a reader may be known here: as a guest, or by signing in."""

    site_slug: str = ""
    guests_allowed: bool = True
    ways: tuple[WayView, ...] = ()
    me: MeView | None = None

    @property
    def needs_name(self) -> bool:
        """Whether the form has to ask for a name."""
        return not self.me.name if self.me else self.guests_allowed


def me_view(reader: Reader | None) -> MeView | None:
    """Who is signed in; ``None`` for guests and strangers."""
    if reader is None or reader.is_guest:
        return None
    return MeView(name=reader.name, badge=reader.badge, method=SignInMethod(reader.method))


def who_may_write(
    site: Site, language: Language, *, base_url: str = "", return_to: str = "/"
) -> WhoMayWrite:
    """Everybody's view of it; ``return_to`` is the path to go on to after signing in."""
    labels = {
        SignInMethod.EMAIL: language.plain("Sign in by e-mail"),
        SignInMethod.OIDC: language.plain("Sign in with an account you have"),
        SignInMethod.PASSKEY: language.plain("Sign in with a passkey"),
    }
    query = urlencode({"site": site.slug, "return_to": return_to})
    ways = [
        WayView(
            method=method,
            label=labels[method],
            url=f"{base_url}/sign-in/{method}?{query}",
            opens_window=method is not SignInMethod.EMAIL,
        )
        for method in ways_of(site)
        if method in labels
    ]
    if site.options.sign_in_jwt and site.options.sign_in_page:
        at_publisher = WayView(
            method=SignInMethod.JWT,
            label=language.text("Sign in at %(site)s", site=site.name),
            url=site.options.sign_in_page,
            opens_window=False,
        )
        ways.insert(0, at_publisher)
    return WhoMayWrite(site_slug=site.slug, guests_allowed=site.guests_allowed, ways=tuple(ways))


def letter_words(language: Language) -> Callable[[Site, str, str | None], tuple[str, str]]:
    """The words of a letter that lets somebody sign in."""

    def words(site: Site, code: str, link: str | None) -> tuple[str, str]:
        subject = language.text(
            "%(code)s is your code for the comments of %(site)s", code=code, site=site.name
        )
        paragraphs = [
            language.text("Your code to sign in to the comments of %(site)s:", site=site.name),
            f"    {code}",
            language.plain(
                "Type it where you asked for it, within 15 minutes. Nobody who calls or writes to"
                " you needs it."
            ),
        ]
        if link:
            paragraphs += [language.plain("Or sign in with this link, in any browser:"), link]
        paragraphs.append(
            language.plain("If you did not ask for this letter, you need not do anything.")
        )
        return subject, "\n\n".join(paragraphs) + "\n"

    return words


def masked_address(email: str) -> str:
    """An address as its owner knows it and nobody else can use it: ``a…@reader.example``."""
    local, _, host = email.rpartition("@")
    return f"{local[:1]}…@{host}"
