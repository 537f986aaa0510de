"""Merkle trees: roots as RFC 6962 defines them, proofs that hold, and none that holds for anything else."""

import os
import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.model import tree

SIZES = st.integers(1, 200)


def hashes(size):
    return [tree.leaf_hash(number.to_bytes(4)) for number in range(size)]


def slow_root(leaves):
    """The definition of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + slow_root(leaves[:half]) + slow_root(leaves[half:])).digest()


def test_the_published_root_of_eight_leaves():
    """Leaves and root of the test vectors of Certificate Transparency."""
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]

    leaves = [tree.leaf_hash(bytes.fromhex(text)) for text in data]

    assert tree.root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert tree.root(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@given(st.integers(0, 300))
def test_a_root_is_what_the_definition_says(size):
    leaves = hashes(size)

    assert tree.root(leaves) == slow_root(leaves)
    assert tree.Tree(leaves).root() == slow_root(leaves)


@given(st.lists(st.integers(0, 40), max_size=8))
def test_a_tree_that_grew_in_any_steps_has_the_same_root(steps):
    leaves, grown, at = hashes(sum(steps)), tree.Frontier(), 0

    for step in steps:
        grown.extend(leaves[at : at + step])
        at += step

    assert grown.root() == tree.root(leaves)


@given(SIZES, st.data())
def test_every_leaf_is_proven_and_no_other_in_its_place(size, data):
    index = data.draw(st.integers(0, size - 1))
    known = tree.Tree(hashes(size))

    path = known.inclusion(index)

    assert tree.includes(hashes(size)[index], index, size, path, known.root())
    assert not tree.includes(tree.leaf_hash(b"other"), index, size, path, known.root())
    assert not tree.includes(hashes(size)[index], size, size, path, known.root())
    assert not tree.includes(hashes(size)[index], index, size, [*path, bytes(32)], known.root())
    if size > 1:
        assert not tree.includes(hashes(size)[index], (index + 1) % size, size, path, known.root())
        assert not tree.includes(hashes(size)[index], index, size, path[:-1], known.root())


@given(SIZES, st.data())
def test_a_log_that_grew_is_proven_and_one_that_forked_is_not(new, data):
    old = data.draw(st.integers(1, new))
    known = tree.Tree(hashes(new))
    forked = tree.Tree([*hashes(old)[:-1], tree.leaf_hash(b"fork")])

    path = known.consistency(old)

    assert tree.is_grown(old, known.root(old), new, known.root(), path)
    assert not tree.is_grown(old, forked.root(), new, known.root(), path)
    assert not tree.is_grown(old, known.root(old), new, tree.leaf_hash(b"root"), path)
    if old < new:
        assert not tree.is_grown(old, known.root(old), new, known.root(), path[1:])
        assert not tree.is_grown(old, known.root(old), new, known.root(), [*path, bytes(32)])
        assert not tree.is_grown(new, known.root(), old, known.root(old), path)


def test_proofs_of_every_size_up_to_seventy_hold():
    known = tree.Tree(hashes(70))

    for size in range(1, 71):
        for index in range(size):
            assert tree.includes(hashes(70)[index], index, size, known.inclusion(index, size), known.root(size))
        for old in range(1, size + 1):
            assert tree.is_grown(old, known.root(old), size, known.root(size), known.consistency(old, size))


@pytest.mark.parametrize("ask", [lambda known: known.inclusion(5), lambda known: known.inclusion(-1)])
def test_a_proof_of_a_leaf_that_is_not_there_is_refused(ask):
    with pytest.raises(ValueError, match="there is no leaf"):
        ask(tree.Tree(hashes(5)))


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5)])
def test_a_proof_of_growth_from_nothing_or_backwards_is_refused(old, new):
    with pytest.raises(ValueError, match="no proof leads"):
        tree.Tree(hashes(5)).consistency(old, new)


def test_equal_rows_have_other_hashes_under_other_random_bytes():
    rows = [b"release"] * 3
    block = random.Random(1).randbytes(48)

    blinded = tree.blinded_hashes(rows, block)

    assert len(set(blinded)) == 3
    assert blinded == [tree.leaf_hash(block[at : at + 16] + b"release") for at in (0, 16, 32)]
    with pytest.raises(ValueError, match="random bytes"):
        tree.blinded_hashes(rows, block[1:])


def test_a_million_leaves_take_a_root_without_a_second_way():
    leaves = [os.urandom(32) for _ in range(1 << 12)]

    assert tree.root(leaves) == tree.Tree(leaves).root() == tree.root_of(1 << 12, tree.Tree(leaves).node)
