"""Readers of the data sets: each turns its own labels into ours and leaves the rest unknown."""
