"""Sealing history, and proving that nobody changed it."""
