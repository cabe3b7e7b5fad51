"""A small fictional newspaper, to try everything on."""

from fruitful.web.demo.pages import router
from fruitful.web.demo.seed import DemoLogin, seed_demo

__all__ = ["DemoLogin", "router", "seed_demo"]
