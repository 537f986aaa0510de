"""Archives: what is wrong with a zip as its directory tells it, before anything in it is unpacked."""

import zipfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final

from tidewaiter.model.errors import UnusableInput

MEMBERS_MAX: Final = 10_000
WRAPPED: Final = (".gz", ".zst", ".zip")
RATIO_MAX: Final = 1_000
BOMB_FROM: Final = 100 << 20
"""A wrapping that grows more than a thousandfold is refused once it exceeds 100 MiB: no honest list does that."""

CONTENT_TYPES: Final = "[Content_Types].xml"
OPEN_DOCUMENT: Final = "mimetype"
LOCAL_HEAD: Final = 30
"""Bytes before a member's name, at least: so much stands between two members."""


def refuse_unsafe(name: str, archive: zipfile.ZipFile) -> Sequence[zipfile.ZipInfo]:
    """The members that are no folders; ``UnusableInput`` where one leads outside, is a bomb or shares bytes."""
    every = archive.infolist()
    if len(every) > MEMBERS_MAX:
        raise UnusableInput(f"{name} holds {len(every):,} files, more than {MEMBERS_MAX:,}. Send them in several.")
    _refuse_overlap(name, every)
    names = [info.filename for info in every]
    if len(set(names)) < len(names):
        twice = next(one for at, one in enumerate(names) if one in names[:at])
        raise UnusableInput(f"{name} holds two files of the name '{twice}'. Pack each once.")
    members = [info for info in every if not info.is_dir()]
    for info in members:
        _refuse_member(name, info)
    return members


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """True for packages of spreadsheets of any kind, as far as the names in them tell."""
    return CONTENT_TYPES in archive.NameToInfo or OPEN_DOCUMENT in archive.NameToInfo


def _refuse_overlap(name: str, infos: Sequence[zipfile.ZipInfo]) -> None:
    """Raise where two members stand in the same bytes: so a small file unpacks to a huge one without packing well."""
    for info, after in pairwise(sorted(infos, key=lambda info: info.header_offset)):
        stop = info.header_offset + LOCAL_HEAD + len(info.orig_filename.encode()) + info.compress_size
        if stop > after.header_offset:
            raise UnusableInput(
                f"{name} holds '{info.filename}' and '{after.filename}' in the same bytes. Pack the files anew."
            )


def _refuse_member(name: str, info: zipfile.ZipInfo) -> None:
    inner = PurePosixPath(info.filename.replace("\\", "/"))
    if inner.is_absolute() or ".." in inner.parts or ":" in info.filename:
        raise UnusableInput(f"{name} holds '{info.filename}', a name that leads outside. Pack it with plain names.")
    if info.flag_bits & 1:
        raise UnusableInput(f"{name} is encrypted. Send it without a password; the channel protects it.")
    if info.file_size > BOMB_FROM and info.file_size > RATIO_MAX * max(info.compress_size, 1):
        raise UnusableInput(f"{name} unpacks '{info.filename}' more than {RATIO_MAX}-fold. Send it unpacked.")
    if info.filename.lower().endswith(WRAPPED):
        raise UnusableInput(f"{name} holds the archive '{info.filename}'. Pack files once only.")
