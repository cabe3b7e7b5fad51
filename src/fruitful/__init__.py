"""Fruitful: a self-hosted comment section that keeps its house rules."""

__version__ = "0.1.0"
