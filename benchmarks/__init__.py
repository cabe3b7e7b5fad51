"""Measurements of the engine and of the server; nothing here is part of the product."""
