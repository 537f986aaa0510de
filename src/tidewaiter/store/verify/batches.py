"""Batches against the files of their leaves."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from tidewaiter.store.verify.hashes import Growing
from tidewaiter.store.verify.parquet import parquet_groups
from tidewaiter.store.verify.report import DAMAGED, Report

Find = Callable[[str, str], bytes | None]
"""The bytes of a batch's file, by number of the batch and SHA-256 of the file; None where there is none."""


def check_batches(report: Report, batches: Iterable[tuple[int, dict[str, Any]]], find: Find) -> None:
    """Hash every row of every batch again; where a file was changed, name the row."""
    known: set[str] = set()
    for seq, told in batches:
        try:
            batch, digest = str(told["batch"]), str(told["file"])
            if batch in known:
                report.add(f"entry {seq}", f"brings batch {batch} a second time")
            known.add(batch)
            _check(report, told, find(batch, digest))
        except DAMAGED as fault:
            report.add(f"entry {seq}", f"tells of a batch, and what it tells cannot be followed ({fault})")


def _check(report: Report, told: dict[str, Any], data: bytes | None) -> None:
    report.batches += 1
    place, name = f"batch {told['batch']}", f"{told['file']}.parquet"
    if data is None:
        report.add(place, f"its file {name} is missing")
        return
    is_whole = hashlib.sha256(data).hexdigest() == told["file"] and len(data) == told["bytes"]
    before = len(report.faults)
    try:
        rows, root = _rows(report, place, data)
    except DAMAGED:
        report.add(place, f"its file {name} is damaged and cannot be read")
        return
    report.rows += rows
    if len(report.faults) == before and (rows, root) != (told["rows"], told["root"]):
        report.add(place, f"its file {name} holds other rows than the batch had")
    elif len(report.faults) == before and not is_whole:
        report.add(place, f"its file {name} was changed beside its rows")


def _rows(report: Report, place: str, data: bytes) -> tuple[int, str]:
    """Number of rows and root; rows whose stored hash is not theirs are named."""
    tree, rows, digest = Growing(), 0, hashlib.sha256
    for leaves, blinds, hashes in parquet_groups(data):
        told = [digest(b"\x00" + blind + leaf).digest() for leaf, blind in zip(leaves, blinds, strict=True)]
        if told != hashes:
            for row, (one, stored) in enumerate(zip(told, hashes, strict=True), start=rows):
                if one != stored:
                    report.add(f"{place} row {row}", "was changed: it has another hash than when it was sealed")
        rows += len(told)
        tree.extend(told)
    return rows, tree.root().hex()
