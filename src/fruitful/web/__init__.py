"""HTTP: the JSON API, the pages, live updates. Untrusted input becomes domain types here."""
