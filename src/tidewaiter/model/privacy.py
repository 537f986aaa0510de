"""How personal a field is, and what a role without need sees instead."""

from enum import StrEnum


class Privacy(StrEnum):
    """Privacy class of a field; masking and retention follow it."""

    OPEN = "open"
    BUSINESS = "business"
    PERSONAL = "personal"
    CONTACT = "contact"


def masked(value: str, privacy: Privacy) -> str:
    """What somebody without need to know sees: first letter and length class, never the value.

    >>> masked("Jean Dupont", Privacy.PERSONAL)
    'J…'
    """
    if privacy in {Privacy.OPEN, Privacy.BUSINESS} or not value:
        return value
    return "…" if privacy is Privacy.CONTACT else f"{value[0]}…"
