"""Files that mean harm, and sound ones changed here and there."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.builders_runs import a_list, a_row
from tests.builders_xlsx import MAIN, a_workbook, parts_of, sheet

HEAD = ["consignment_id", "item_no", "item_description", "item_value_amount"]
SHEET = "xl/worksheets/sheet1.xml"


def overlapping_zip(copies: int = 200, kernel: int = 1 << 20) -> bytes:
    """A zip whose members all stand in the same bytes (the directory points to one of them again and again)."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(b"a" * kernel) + packed.flush()
    crc = zlib.crc32(b"a" * kernel)
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, crc, len(data), kernel, 5, 0) + b"a.csv" + data
    entries = b""
    for number in range(copies):
        name = f"{number:03}.csv".encode()
        entries += struct.pack(
            "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0, crc, len(data), kernel, len(name), 0, 0, 0, 0, 0, 0
        ) + name  # fmt: skip
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, copies, copies, len(entries), len(local), 0)
    return local + entries + end


def swollen_workbook(path: Path, size: int, part: str = SHEET, filling: bytes = b" ") -> None:
    """A workbook of which one part unpacks to ``size`` bytes; written bit by bit."""
    parts = parts_of({"List": sheet([HEAD, ["A1", 1, "toy", 1]])})
    whole = parts.pop(part)
    cut = whole.index(">") + 1
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        with archive.open(part, "w", force_zip64=True) as file:
            file.write(whole[:cut].encode())
            block = filling * ((1 << 20) // len(filling))
            for _ in range(size >> 20):
                file.write(block)
            file.write(whole[cut:].encode())


def many_cells(path: Path, count: int) -> None:
    """A sheet of cells that say nothing, in one row after another."""
    parts = parts_of({"List": ""})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            if name != SHEET:
                archive.writestr(name, content)
        with archive.open(SHEET, "w") as file:
            file.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            row = b"<row>" + b"<c/>" * 10_000 + b"</row>"
            for _ in range(count // 10_000):
                file.write(row)
            file.write(b"</sheetData></worksheet>")


CSV = a_list(*(a_row(consignment_id=f"A{number}") for number in range(8))).encode()
LINES = b"".join(
    b'{"consignment_id": "A%d", "mode": "post", "items": [{"description": "toy", "value_amount": "1.50"}]}\n' % number
    for number in range(8)
)
BOOK = a_workbook([HEAD, *([f"A{number}", 1, "toy", 1.5] for number in range(8))])
STRANGE = (
    b"\0",
    b'"',
    b"\n",
    b"\r",
    b",",
    b"{",
    b"[",
    b"\xff",
    b"\xe2\x80\xa8",
    b"1e999",
    b"-",
    b"\\u0000",
    b"<",
    b"&",
)


def mutants(sound: bytes, seed: int, count: int) -> list[bytes]:
    """Sound bytes with some changed, doubled, left out or moved about."""
    chance = random.Random(seed)
    return [mutant_of(sound, chance) for _ in range(count)]


def mutant_workbooks(seed: int, count: int) -> list[bytes]:
    """Workbooks of which the text of one part is changed: what a package's own check sum would find is not enough."""
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chance, found = random.Random(seed), []
    for number in range(count):
        if number % 4 == 0:
            found.append(mutant_of(BOOK, chance))
            continue
        name = chance.choice([*parts, SHEET, SHEET])
        found.append(_stored({**parts, name: mutant_of(parts[name], chance)}))
    return found


def _stored(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def mutant_of(sound: bytes, chance: random.Random) -> bytes:
    """Sound bytes with one to three changes."""
    content = bytearray(sound)
    for _ in range(chance.randrange(1, 4)):
        if content:
            chance.choice(WAYS)(content, chance.randrange(len(content)), chance)
    return bytes(content)


def _flip(content: bytearray, at: int, chance: random.Random) -> None:
    content[at] ^= 1 << chance.randrange(8)


def _cut(content: bytearray, at: int, _chance: random.Random) -> None:
    del content[at:]


def _drop(content: bytearray, at: int, chance: random.Random) -> None:
    del content[at : at + chance.randrange(1, 20)]


def _double(content: bytearray, at: int, chance: random.Random) -> None:
    content[at:at] = content[at : at + chance.randrange(1, 60)]


def _strange(content: bytearray, at: int, chance: random.Random) -> None:
    content[at:at] = chance.choice(STRANGE)


WAYS: tuple[Callable[[bytearray, int, random.Random], None], ...] = (_flip, _flip, _cut, _drop, _double, _strange)
