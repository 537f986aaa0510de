"""XML forms: is a text what a message model says it may be, for all texts of one form at once.

Fast where it can be: most texts are shown to be right by their size and their first and last byte; only the others are
looked at as XML Schema does.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tidewaiter.runners.reading.xml_nodes import Nodes
from tidewaiter.runners.reading.xml_tags import Places

FORM: Final = re.compile(r"(an|n|a)(\.\.)?(\d+)")
SPACES: Final = r"[ \t\n\r]+"
SAYS_SOMETHING: Final = r"^[^\n\r]*[^ \t\n\r][^\n\r]*$"
SIGNS: Final = {"an": SAYS_SOMETHING, "n": r"^[0-9]*$", "a": r"^[a-zA-Z]*$"}
DECIMAL: Final = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"
PARTS: Final = r"^[+-]?0*([0-9]*)(?:\.([0-9]*?)0*)?$"
DAY: Final = r"^20\d{6}(\d{6}(Z|[-+]\d\d))?$"
LANGUAGE: Final = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
SPACE: Final = 0x20

ATTRIBUTES: Final = {
    "code": ("listID", "listAgencyID", "listAgencyName", "listName", "listVersionID", "name", "languageID", "listURI",
             "listSchemeURI"),
    "id": ("schemeID", "schemeName", "schemeAgencyID", "schemeAgencyName", "schemeVersionID", "schemeDataURI",
           "schemeURI"),
    "text": ("languageID",),
    "amount": ("currencyID",),
    "measure": ("unitCode",),
    "quantity": ("unitCode",),
    "date": ("formatCode",),
}  # fmt: skip
VALUES: Final = {
    "currencyID": re.compile(r"[A-Z]{3}"),
    "unitCode": re.compile(r".{1,5}", re.DOTALL),
    "formatCode": re.compile(r"102|304"),
    "listAgencyID": re.compile(r"[^\n\r]{1,3}"),
    "schemeAgencyID": re.compile(r"[^\n\r]{1,3}"),
}
"""What attributes may say, after UN/CEFACT's unqualified data types; the rest may say anything."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Form:
    """A form taken apart; ``size`` is -1 where there is no limit, ``places`` the digits after the point."""

    kind: str
    signs: str
    size: int
    is_exact: bool
    places: int
    words: tuple[str, ...]


@cache
def form_of(text: str) -> Form:
    """A form as the model writes it, taken apart."""
    kind, *limits = text.split(" ")
    if not limits:
        return Form(kind, "", -1, is_exact=False, places=-1, words=())
    read = FORM.fullmatch(limits[0])
    if read is None:
        size, places = limits[0].split(",")
        return Form(kind, "", int(size), is_exact=False, places=int(places), words=())
    words = tuple(limits[1].split("|")) if len(limits) > 1 else ()
    return Form(kind, read[1], int(read[3]), is_exact=not read[2], places=-1, words=words)


def are_right(nodes: Nodes, at: Places, form: Form, is_odd: Bools) -> Bools:
    """True where a text is of its form. ``is_odd`` marks elements whose bytes do not speak for themselves."""
    if form.signs == "an" and not form.is_exact and not form.words:
        is_right = ~is_odd[at] & (nodes.size[at] <= form.size)
    else:
        is_right = np.zeros(len(at), dtype=np.bool_)
        if form.kind in {"amount", "measure", "quantity", "number"} and form.size > 0:
            is_right = _plain_decimals(nodes, at, form)
    doubtful = np.flatnonzero(~is_right)
    if len(doubtful):
        is_right[doubtful] = _closely(nodes.text(at[doubtful]).fill_null(""), form).to_numpy()
    return is_right


def _plain_decimals(nodes: Nodes, at: Places, form: Form) -> Bools:
    point = rf"(\.[0-9]{{0,{form.places}}})?" if form.places else ""
    whole = form.size - form.places
    return nodes.text(at).str.contains(rf"^[0-9]{{1,{whole}}}{point}$").fill_null(value=False).to_numpy()


def _closely(texts: pl.Series, form: Form) -> pl.Series:
    if form.kind == "date":
        return texts.str.contains(DAY)
    if form.kind in {"id", "text"}:
        return _sized(texts, form) & texts.str.contains(SIGNS[form.signs])
    plain = texts.str.replace_all(SPACES, " ").str.strip_chars(" ")
    if form.kind == "code":
        is_right = _sized(plain, form) & plain.str.contains(SIGNS[form.signs])
        return is_right & plain.is_in(list(form.words)) if form.words else is_right
    is_right = plain.str.contains(DECIMAL)
    if form.size < 0:
        return is_right
    parts = plain.str.extract_groups(PARTS).struct
    whole, rest = (parts.field(str(number)).str.len_bytes().fill_null(0) for number in (1, 2))
    return is_right & (whole + rest <= form.size) & (rest <= form.places)


def _sized(texts: pl.Series, form: Form) -> pl.Series:
    size = texts.str.len_chars()
    return size == form.size if form.is_exact else size <= form.size


def odd_texts(nodes: Nodes) -> Bools:
    """Leaves whose text is empty, begins or ends with white space, runs over lines or holds entities or tabs."""
    data = np.frombuffer(nodes.block + b"\0", dtype=np.uint8)
    size, start = nodes.size, nodes.start
    is_odd = nodes.is_leaf & ((size == 0) | (data[start] <= SPACE) | (data[np.maximum(start + size - 1, 0)] <= SPACE))
    odd: Bools = is_odd | nodes.holding(b"\n", b"\t", b"\r", b"&")
    return odd


def attribute_fault(form: str, attributes: tuple[tuple[str, str], ...]) -> str:
    """The first attribute that is not of its element's form, or the one that is missing; empty where all is right."""
    kind = form.partition(" ")[0]
    for name, value in attributes:
        rule = VALUES.get(name)
        if name not in ATTRIBUTES.get(kind, ()) or (rule and not rule.fullmatch(value)):
            return name
        if name == "languageID" and not LANGUAGE.fullmatch(value.strip(" ")):
            return name
    return "formatCode" if kind == "date" and not attributes else ""
