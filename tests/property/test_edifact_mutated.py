"""Mutated interchanges: whatever bytes are turned, every message is rows or one reject, or the file is refused."""

import random

import pytest

from tests.builders_reading import read_all, written
from tidewaiter.model.errors import UnusableInput
from tidewaiter.service import discovery

SHEETS = [*discovery.sender_sheets().values()]
SIGNS = (b"'", b"+", b":", b"?", b"\n", b"\0", b"\xff", b"UNA", b"UNT+6+1'", b"UNH+9+CUSDEC:D:00A:UN'", b"UNG+1+2'",
         b"UNZ+1+1'", b"CST+1'", b"UNS+S'", b"?'", b"??", b"\xc3\xad", b"'" * 50, b"+" * 300)  # fmt: skip


def sample(count=4):
    body = b""
    for number in range(1, count + 1):
        lines = b"".join(
            b"CST+%d+940510:122'\nFTX+AAA+++lantern ?+ %d?' Mar\xc3\xada'\nMEA+WT+AAA+KGM:0,3'\nMOA+38:4.05:EUR'\n"
            % (line, line)
            for line in range(1, 3)
        )
        told = (
            b"UNH+%d+CUSDEC:D:00A:UN'\nBGM+929+LZ90000%d+9'\nNAD+CN+++A. Tester+Weg 1+Stadt++01234+DE'\n"
            b"RFF+VA:IM2760000001'\nUNS+D'\n" % (number, number)
        )
        body += told + lines + b"UNS+S'\nUNT+%d+%d'\n" % (5 + 8 + 2, number)
    return b"UNA:+.? '\nUNB+UNOC:3+POST+CUSTOMS+260101:0100+1'\n" + body + b"UNZ+%d+1'\n" % count


def mutated(text, chance):
    for _ in range(chance.randint(2, 6)):
        at, size = chance.randrange(len(text)), chance.choice((0, 1, 1, 2, 7, 60))
        kind = chance.randrange(4)
        if kind == 0:
            new = chance.choice(SIGNS)
        elif kind == 1:
            new = bytes(chance.randrange(256) for _ in range(chance.choice((1, 2, 30))))
        elif kind == 2:
            other = chance.randrange(len(text))
            new = text[other : other + chance.choice((3, 40, 300))]
        else:
            new = b""
        text = text[:at] + new + text[at + size :]
    return text


def tried(folder, seeds):
    """How many files of four mutated messages were read, and how many refused; ``read_all`` counts every record."""
    read = refused = 0
    for seed in seeds:
        chance = random.Random(seed)
        text = mutated(sample(), chance)
        try:
            read_all(written(folder, text, "list.edi"), *SHEETS, block_bytes=chance.choice((700, 1 << 20, 1 << 20)))
            read += 1
        except UnusableInput:
            refused += 1
    return read, refused


def test_the_sample_itself_is_flawless(tmp_path):
    found = read_all(written(tmp_path, sample(), "list.edi"), *SHEETS)

    assert (found.rows.height, found.rejects.height) == (8, 0)


@pytest.mark.parametrize("part", range(4))
def test_mutants_are_read_or_refused(tmp_path, part):
    read, refused = tried(tmp_path, range(part * 125, part * 125 + 125))

    assert read + refused == 125
    assert read > 12, "nearly all refused: the mutants prove nothing about messages"
    assert refused > 12, "nearly none refused: the mutants prove nothing about frames"


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_very_many_mutants_are_read_or_refused(tmp_path, part):
    start = 1_000_000 + part * 5_000

    assert sum(tried(tmp_path, range(start, start + 5_000))) == 5_000
