"""The examples that publishers copy make tokens that are accepted."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fruitful.domain.sign_in import SiteKeyKind
from fruitful.services.sign_in_jwt import Presented, sign_in_by_token
from fruitful.services.site_sign_in import set_up_sign_in
from fruitful.services.world import World, now
from support.newsroom import open_site

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "sign-in.md").read_text()
ACCOUNT = ("7", "Ada Lovelace")


def example(language: str, holding: str) -> str:
    """The block of code in that language that holds the words."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (block,) = [block for block in blocks if holding in block]
    return str(block)


def run(*command: str, folder: Path) -> list[str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def in_python(folder: Path) -> list[str]:
    ending = f"\nimport json\nprint(comment_token{ACCOUNT})\nprint(json.dumps(JWKS))\n"
    (folder / "sign.py").write_text(example("python", "comment_token") + ending)
    return run(sys.executable, "sign.py", folder=folder)


def in_javascript(folder: Path) -> list[str]:
    ending = f"\nconsole.log(commentToken(...{list(ACCOUNT)}));\nconsole.log(JSON.stringify(jwks));"
    (folder / "sign.mjs").write_text(example("js", "commentToken") + ending)
    return run("node", "sign.mjs", folder=folder)


@pytest.mark.parametrize("signed", [in_python, in_javascript])
async def test_a_copied_example_signs_a_reader_in(
    world: World, tmp_path: Path, signed: Callable[[Path], list[str]]
) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the key is made with openssl")
    run(openssl, "genpkey", "-algorithm", "ed25519", "-out", "private.pem", folder=tmp_path)
    token, keys = signed(tmp_path)
    world = replace(world, clock=now)
    await open_site(world)
    wanted = {
        "jwt": "yes",
        SiteKeyKind.JWT_ISSUER: "https://courier.example",
        SiteKeyKind.JWT_AUDIENCE: "courier",
        SiteKeyKind.JWT_JWKS: keys,
    }
    await set_up_sign_in(world, "paper", wanted)
    entered = await sign_in_by_token(world, Presented(token=token, site_slug="paper"))

    assert entered.reader.name == "Ada Lovelace"
