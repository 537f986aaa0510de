"""Annexes anyone may add to: formats, jurisdictions, risk rules; each one folder."""
