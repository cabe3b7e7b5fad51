"""The newsroom: where moderators sign in, decide what waits, and look over what was decided."""

from fastapi import APIRouter

from fruitful.web.newsroom import appeals, calibration, picks, queue, records, signing_in

router = APIRouter()
for part in (signing_in, queue, appeals, picks, records, calibration):
    router.include_router(part.router)

__all__ = ["router"]
