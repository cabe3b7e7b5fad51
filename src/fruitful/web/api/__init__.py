"""The JSON API: parse, call one use case, answer."""
