"""What can go wrong while a reader signs in. As in `fruitful.domain.errors`, codes are stable."""

from __future__ import annotations

from fruitful.domain.errors import DomainError


class SignInNotOffered(DomainError):
    """This site does not offer this way to sign in."""

    code = "sign_in_not_offered"
    status = 403


class SignInKeysUnavailable(DomainError):
    """The keys with which sign-in tokens are checked cannot be had right now."""

    code = "sign_in_keys_unavailable"
    status = 503


class SignInCodeWrong(DomainError):
    """That is not the code in the letter."""

    code = "sign_in_code_wrong"
    status = 401


class NameTaken(DomainError):
    """This name could be mistaken for somebody else’s. Please choose another."""

    code = "name_taken"
    status = 409


class TokenRefused(DomainError):
    """This sign-in token is refused."""

    code = "token_refused"
    status = 401


class TokenMalformed(TokenRefused):
    """This is no signed token."""

    code = "token_malformed"


class TokenAlgorithmRefused(TokenRefused):
    """This token is signed in a way that this site does not accept."""

    code = "token_algorithm_refused"


class TokenKeyUnknown(TokenRefused):
    """This token names a key that the site does not publish."""

    code = "token_key_unknown"


class TokenSignatureWrong(TokenRefused):
    """This token's signature does not hold."""

    code = "token_signature_wrong"


class TokenIncomplete(TokenRefused):
    """This token lacks a claim, or has one that cannot be read."""

    code = "token_incomplete"


class TokenIssuerWrong(TokenRefused):
    """This token comes from somebody else than this site."""

    code = "token_issuer_wrong"


class TokenAudienceWrong(TokenRefused):
    """This token is meant for somebody else than these comments."""

    code = "token_audience_wrong"


class TokenExpired(TokenRefused):
    """This token has expired."""

    code = "token_expired"


class TokenNotYetValid(TokenRefused):
    """This token is not valid yet: the clocks of the two servers differ."""

    code = "token_not_yet_valid"


class TokenLivesTooLong(TokenRefused):
    """This token would be valid for more than ten minutes."""

    code = "token_lives_too_long"


class TokenReplayed(TokenRefused):
    """This token has served already; a token serves once."""

    code = "token_replayed"


class TokenEventWrong(TokenRefused):
    """This token is for another purpose."""

    code = "token_event_wrong"


class InvalidSignInKey(DomainError):
    """A key of the site's sign-in cannot be used."""

    code = "invalid_sign_in_key"
    status = 422


class SignInUnfinished(DomainError):
    """This sign-in has run out, or began in another browser. Please start again."""

    code = "sign_in_unfinished"
    status = 400


class ProviderUnavailable(DomainError):
    """The sign-in service cannot be reached right now. Please try again in a moment."""

    code = "provider_unavailable"
    status = 503


class ProviderRefused(DomainError):
    """The sign-in service did not confirm who you are."""

    code = "provider_refused"
    status = 401


class PasskeyRefused(DomainError):
    """This passkey is not known here, or its answer does not hold."""

    code = "passkey_refused"
    status = 401
