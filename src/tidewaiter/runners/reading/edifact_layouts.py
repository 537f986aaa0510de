"""EDIFACT layouts: what stands where in a segment, by the numbers of its data elements, and what tells segments apart.

Elements are separated by blanks, components by ``:``. ``*`` marks a qualifier, which becomes part of the name of all
others. Numbers that repeat within an element are one text over several components; a second element of the same kind
has its number in brackets. Segments that are not listed are named by places (``XYZ/2:1``).

Source: segment directory of UN/EDIFACT D.00A (recalled, not copied; what is not sure is not listed).
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

SEGMENTS: Final = {
    "BGM": "1001:1131:3055:1000 1004:1056:1060 1225 4343",
    "CNI": "1490 1004:1373:1366:3453 1312",
    "CNT": "*6069:6066:6411",
    "COM": "3148:*3155",
    "CST": "1496 7361:1131:3055 7361[2]:1131:3055 7361[3]:1131:3055 7361[4]:1131:3055 7361[5]:1131:3055",
    "CTA": "*3139 3413:3412",
    "CUX": "*6347:6345:6343 6347[2]:6345[2]:6343[2] 5402",
    "DOC": "*1001:1131:3055:1000 1004:1373:1366:3453",
    "DTM": "*2005:2380:*2379",
    "EQD": "*8053 8260:1131:3055:3207",
    "FTX": "*4451 4453 4441:1131:3055 4440:4440:4440:4440:4440 3453",
    "GID": "1496 7224:7065:1131:3055:7064",
    "GIN": "*7405 7402:7402",
    "GIS": "7365:1131:*7187:3055",
    "LIN": "1082 1229 7140:7143:1131:3055",
    "LOC": "*3227 3225:1131:3055:3224 3223:1131:3055:3222",
    "MEA": "*6311 *6313:6321:6155:6154 *6411:6314:6162:6152",
    "MOA": "*5025:5004:6345",
    "NAD": "*3035 3039:1131:3055 3124:3124:3124:3124:3124 3036:3036:3036:3036:3036:3045 3042:3042:3042:3042 3164 "
    "3229:1131:3055:3228 3251 3207",
    "PAC": "7224 7075:7233:7073 7065:1131:3055:7064",
    "PIA": "*4347 7140:7143",
    "QTY": "*6063:6060:6411",
    "RFF": "*1153:1154:1156:4000",
    "STS": "*9015:1131:3055 9011:1131:3055 9013:1131:3055",
    "TDT": "*8051 8028 8067:8066 8179:8178 3127:1131:3055:3128 8101 8457:1131:3055 8213:1131:3055:8212",
    "TOD": "4055 4215 4053:1131:3055:4052",
}

SILENT: Final = frozenset({"1000", "1131", "3055", "3045", "6155", "6321"})
"""What says from whose list a code is, or a code again in words: named only by a sheet that asks for it."""

JOINED: Final = frozenset({"FTX"})
"""Segments that go on in a further one of the same kind: their texts are one."""

NOTHING: Final = ("", "")
Place = tuple[int, int]


@dataclass(frozen=True)
class SegmentLayout:
    """Places (element from 1, component from 0) of qualifiers, in order, and the names of all others."""

    qualifiers: tuple[Place, ...]
    names: dict[Place, str]

    def name(self, element: int, component: int) -> str:
        """What stands at a place."""
        return self.names.get((element, component), f"{element}:{component + 1}")


@cache
def layout_of(tag: str) -> SegmentLayout:
    """The layout of a segment; one that nobody knows names everything by its place."""
    qualifiers, names = [], {}
    for element, told in enumerate(SEGMENTS.get(tag, "").split(), start=1):
        for component, number in enumerate(told.split(":")):
            if number.startswith("*"):
                qualifiers.append((element, component))
            names[element, component] = number.removeprefix("*")
    return SegmentLayout(tuple(qualifiers), names)


def place_in(path: str) -> tuple[str, str]:
    """Tag and number of a column's name: ``("NAD", "3036")`` of ``NAD+CN/3036``."""
    head, _, number = path.rpartition("/")
    return (head[:3], number) if number else NOTHING
