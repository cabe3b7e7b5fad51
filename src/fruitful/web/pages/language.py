"""The language that a page speaks. Letters speak the same ones, so they are told in the domain."""

from fruitful.domain.language import AVAILABLE, Language, language_for

__all__ = ["AVAILABLE", "Language", "language_for"]
