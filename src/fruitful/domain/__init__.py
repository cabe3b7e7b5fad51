"""What things are: frozen dataclasses, enums, errors and ports. Standard library only."""
