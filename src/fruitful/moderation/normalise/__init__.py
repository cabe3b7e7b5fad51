"""Undo evasion, keeping a map back to the text as typed."""

from fruitful.moderation.normalise.folding import fold
from fruitful.moderation.normalise.undisguising import undisguise
from fruitful.moderation.normalise.view import Normalised

__all__ = ["Normalised", "fold", "undisguise"]
