"""Faults and harmless dirt put into clean traffic, with the truth beside them; nothing here knows a check."""
