"""The history of the schema, applied by `fruitful.storage.migrate`."""
