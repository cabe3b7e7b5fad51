"""A real OpenID provider in a process of its own, and a reader who signs in there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urljoin

from httpx2 import AsyncClient

_SCRIPT = Path(__file__).with_name("openid_provider.mjs")
_ACTION = re.compile(r'action="([^"]+)"')
_PROMPT = re.compile(r'name="prompt" value="(\w+)"')


@asynccontextmanager
async def openid_provider(client_id: str, secret: str, callback: str) -> AsyncIterator[str]:
    """Run the provider; gives its issuer. It knows the accounts ``nadia`` and ``unverified``."""
    process = await asyncio.create_subprocess_exec(
        "node", _SCRIPT, client_id, secret, callback,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout
        issuer = await asyncio.wait_for(process.stdout.readline(), 30)
        yield issuer.decode().strip()
    finally:
        process.kill()
        await process.wait()


async def sign_in_there(address: str, login: str) -> str:
    """Go through the provider's pages as a person does; gives where it sends the browser back."""
    async with AsyncClient(follow_redirects=False) as browser:
        while True:
            page = await browser.get(address)
            while page.status_code in (302, 303):
                address = urljoin(address, page.headers["location"])
                if "/callback" in address:
                    return address
                page = await browser.get(address)
            action, prompt = _ACTION.search(page.text), _PROMPT.search(page.text)
            assert action, page.text[:400]
            assert prompt, page.text[:400]
            form = {"prompt": prompt[1], "login": login, "password": "any"}
            page = await browser.post(urljoin(address, action[1]), data=form)
            address = urljoin(address, page.headers["location"])
            if "/callback" in address:
                return address
