"""Receptacles handed over to a carrier, in a form of our own."""
