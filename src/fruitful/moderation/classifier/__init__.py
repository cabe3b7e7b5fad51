"""The trained classifier: preparing text, loading the artefact, scoring."""
