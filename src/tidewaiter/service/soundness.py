"""What was looked at and whether it is sound."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing looked at; ``mend`` says what to do where it is not sound."""

    name: str
    is_sound: bool
    told: str
    mend: str = ""
