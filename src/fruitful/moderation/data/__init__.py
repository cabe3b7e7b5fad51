"""Data files of the engine, read through ``importlib.resources``."""
