"""Measurements: how well the engine judges, and how fast the server is."""
