"""What bulk scoring costs: by detector, and by runtime of the encoder."""
