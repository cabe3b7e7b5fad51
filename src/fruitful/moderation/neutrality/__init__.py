"""Whether swapping the side, nation, faith or identity in a sentence swaps the outcome."""
