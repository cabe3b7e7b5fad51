"""How far a block of accounts moves a comment, against as many accounts of every leaning."""
