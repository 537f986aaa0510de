"""Workbooks written cell by cell, as programs write them and as nobody should."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DATE, MOMENT, ELAPSED, PERCENT = 1, 2, 3, 4
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = f"""<styleSheet xmlns="{MAIN}"><numFmts count="3">
<numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy&quot; day&quot;"/><numFmt numFmtId="165" formatCode="[h]:mm:ss"/>
<numFmt numFmtId="166" formatCode="[Red]0.00&quot; d&quot;"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs>
</styleSheet>"""


@dataclass(frozen=True)
class C:
    """A cell as it stands in the file: kind, value, style, formula."""

    value: str | None = None
    kind: str = "n"
    style: int = 0
    formula: str | None = None


def letters(column: int) -> str:
    """``letters(27)`` is ``AB``."""
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def cell(place: str, told: object) -> str:
    """XML of a cell: texts inline, numbers as they are written, None left out."""
    if told is None:
        return ""
    if isinstance(told, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(told)}</t></is></c>'
    if not isinstance(told, C):
        return f'<c r="{place}"><v>{told}</v></c>'
    formula = "" if told.formula is None else f"<f>{told.formula}</f>"
    value = "" if told.value is None else f"<v>{told.value}</v>"
    return f'<c r="{place}" s="{told.style}" t="{told.kind}">{formula}{value}</c>'


def sheet(rows: Sequence[Sequence[object]], *, before: str = "", after: str = "", hidden: Sequence[int] = ()) -> str:
    """XML of a sheet; an empty row is left out, rows are numbered from 1."""
    told = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(cell(f"{letters(at)}{number}", value) for at, value in enumerate(row))
        mark = ' hidden="1"' if number in hidden else ""
        told.append(f'<row r="{number}"{mark}>{cells}</row>' if cells else "")
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{"".join(told)}</sheetData>{after}</worksheet>'


def parts_of(
    sheets: Mapping[str, str],
    *,
    shared: Sequence[str] = (),
    states: Mapping[str, str] | None = None,
    properties: str = "",
) -> dict[str, str]:
    """The parts of a workbook with these sheets, by name in the package."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" state="{(states or {}).get(name, "visible")}" r:id="r{at}"/>'
        for at, name in enumerate(names, start=1)
    )
    related = "".join(
        f'<Relationship Id="r{at}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(names) + 1)
    )
    texts = "".join(f"<si>{text}</si>" for text in shared)
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/></Types>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
        **{f"xl/worksheets/sheet{at}.xml": sheets[name] for at, name in enumerate(names, start=1)},
    }


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """The parts as a package."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def a_workbook(rows: Sequence[Sequence[object]], **more: object) -> bytes:
    """A workbook with one sheet."""
    return packed(parts_of({"List": sheet(rows)}, **more))  # type: ignore[arg-type]
