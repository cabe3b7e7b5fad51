"""How the small spam model is made: ``python -m training.spam``."""
