"""How well the engine keeps the default house rules, measured on texts of our own."""
