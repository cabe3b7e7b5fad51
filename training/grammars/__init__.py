"""Sentences of our own, made from templates: what the public data lacks."""

from __future__ import annotations

from training.grammars.expand import read_grammars

__all__ = ["read_grammars"]
