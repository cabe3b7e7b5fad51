"""Recognise personal details in a comment and judge whose they are.

One recogniser a module; each turns a :class:`~.reading.Reading` into findings. ``context`` then
asks of every finding whether it is the writer's own, a public body's or another person's.
"""
