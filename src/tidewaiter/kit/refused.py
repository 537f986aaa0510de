"""Grounds on which data sets are refused, as one text a filing: many filings share it, and it is read once for all."""

from typing import Final, NamedTuple

END: Final = "\n"
TOLD: Final = {"+": True, "-": False}


class Refused(NamedTuple):
    """A ground that keeps a filing from a data set; not ``is_told``: nobody can tell whether it does."""

    reduced_set: str
    ground: str
    is_told: bool

    @property
    def line(self) -> str:
        """How it stands in ``sets_refused``: ``+H7 mode`` and the end of the line."""
        mark = next(mark for mark, is_told in TOLD.items() if is_told == self.is_told)
        return f"{mark}{self.reduced_set} {self.ground}{END}"


def read_refused(text: str) -> list[Refused]:
    r"""All grounds of a ``sets_refused``, in their order.

    >>> read_refused("+H7 mode\n-H6 nature of the sale\n")[1]
    Refused(reduced_set='H6', ground='nature of the sale', is_told=False)
    """
    parts = [(line[0], *line[1:].split(" ", 1)) for line in text.split(END) if line]
    return [Refused(name, ground, is_told=TOLD[mark]) for mark, name, ground in parts]
