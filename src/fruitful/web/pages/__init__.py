"""What readers see: the thread's page, plain forms, and the fragments and script of the widget."""

from fastapi import APIRouter

from fruitful.web.pages import (
    decisions,
    drafts,
    email_sign_in,
    feeds,
    fragments,
    including,
    notifications,
    openid,
    own_data,
    passkeys,
    reading,
    script,
    writing,
)

router = APIRouter()
for part in (
    reading,
    writing,
    email_sign_in,
    openid,
    own_data,
    passkeys,
    decisions,
    drafts,
    fragments,
    including,
    notifications,
    feeds,
    script,
):
    router.include_router(part.router)

__all__ = ["router"]
