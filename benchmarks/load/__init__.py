"""How fast the server reads and accepts, measured from outside a real ``fruitful serve``."""
