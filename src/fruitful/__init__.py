"""Fruitful: a self-hosted comment section that keeps its house rules."""
