"""What readers see: the thread's page, plain forms, and the fragments and script of the widget."""

from fastapi import APIRouter

from fruitful.web.pages import decisions, drafts, feeds, fragments, openid, reading, script, writing

router = APIRouter()
for part in (reading, writing, openid, decisions, drafts, fragments, feeds, script):
    router.include_router(part.router)

__all__ = ["router"]
