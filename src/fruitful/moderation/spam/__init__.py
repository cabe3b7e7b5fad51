"""What the spam detector measures with: known patterns, nonsense, and a small learned model."""
