"""One detector a module; each measures one thing and leaves judging to the house rules."""
