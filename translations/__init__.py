"""Gathers what readers are told, and keeps the catalogues of every language in step with it."""
