"""The moderation engine: text in, explained decision out. Knows no web, no SQL, no clock."""
