"""Checkpoints and signed notes: written and read as C2SP says, and nothing else."""

import pytest

from tidewaiter.model.errors import NoteRefused
from tidewaiter.model.note import (
    COSIGNED,
    Checkpoint,
    PublicKey,
    cosignature_line,
    cosigned_text,
    read_checkpoint,
    read_key,
    read_note,
    signature_line,
    signed_note,
)

PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
KEY = PublicKey("example.org/log", bytes(range(32)))
CHECKPOINT = Checkpoint("example.org/log", 12, bytes(32), ("time 2026-11-27T05:00:00Z",))


def test_a_published_key_and_note_are_read():
    """Key and note of the documentation of the signed note format."""
    key = read_key(PUBLISHED_KEY)

    text, (signature,) = read_note(PUBLISHED_NOTE)

    assert str(key) == PUBLISHED_KEY
    assert text.endswith("problem is.\n")
    assert (signature.name, signature.key_hash) == ("PeterNeumann", key.key_hash)
    assert len(signature.data) == 64


def test_a_checkpoint_is_read_as_it_was_written():
    line, cosigned = signature_line(KEY, bytes(64)), cosignature_line(KEY, 1_700_000_000, bytes(64))

    text, signatures = read_note(signed_note(str(CHECKPOINT), [line, cosigned]))

    assert read_checkpoint(text) == CHECKPOINT
    assert [len(signature.data) for signature in signatures] == [64, 72]
    assert text.splitlines()[:3] == ["example.org/log", "12", "A" * 43 + "="]
    assert cosigned_text(text, 7) == f"cosignature/v1\ntime 7\n{text}".encode()


@pytest.mark.parametrize(
    "word", ["", "name", "name+00000000", PUBLISHED_KEY.replace("c74f", "c74e"), "a+b+!", f"two words{KEY}"]
)
def test_a_damaged_key_is_refused(word):
    with pytest.raises(NoteRefused):
        read_key(word)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb"])
def test_a_name_that_would_break_the_format_is_refused(name):
    with pytest.raises(NoteRefused, match="cannot name a key"):
        PublicKey(name, bytes(32))


def test_a_key_of_another_length_is_refused():
    with pytest.raises(NoteRefused, match="31 bytes"):
        PublicKey("name", bytes(31))


def test_the_key_of_a_witness_has_another_hash_than_the_same_key_of_a_log():
    assert PublicKey("name", bytes(32), COSIGNED).key_hash != PublicKey("name", bytes(32)).key_hash


@pytest.mark.parametrize(
    "note", ["", "text\n", "text\n\n- a AAAA\n", "text\n\n— a\n", "text\n\n— a AAAA\n", "t\n\n— a AAAA"]
)
def test_what_is_no_signed_note_is_refused(note):
    with pytest.raises(NoteRefused):
        read_note(note)


@pytest.mark.parametrize(
    "text", ["", "log\n1\n", "log\n01\nAAAA\n", "log\n-1\nAAAA\n", "log\n1\nAAA\n", "log\n1\nAAB=\n", "\n1\nAAAA\n"]
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(NoteRefused):
        read_checkpoint(text)
