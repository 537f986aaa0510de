"""Every worked example of a pack comes out of the whole clearance as its source says, to the cent."""

import sys
from collections import Counter

import pytest

from tests.builders_examples import cleared_example, examples_of, unlike
from tidewaiter.service.discovery import jurisdictions

EXAMPLES = [(code, example) for code in jurisdictions() for example in examples_of(code)]
AT_LEAST = 8
HOW = {
    "amount": "published with its amounts",
    "rate": "by a published rate",
    "rule": "by a published rule without figures",
    "computed": "computed by hand",
}
"""What stands in the source of an example."""


@pytest.mark.parametrize(("code", "example"), EXAMPLES, ids=[f"{code}: {one['title']}" for code, one in EXAMPLES])
def test_a_worked_example_comes_out_to_the_cent(code, example, tmp_path):
    made = cleared_example(code, example, tmp_path)

    assert unlike(example, made) == []


@pytest.mark.parametrize("code", sorted({code for code, _ in EXAMPLES}))
def test_a_pack_brings_at_least_eight_examples_each_with_its_source(code, capsys):
    told = [example for of, example in EXAMPLES if of == code]

    count = Counter(example["how"] for example in told)

    with capsys.disabled():
        told_of = ", ".join(f"{count[how]} {words}" for how, words in HOW.items())
        sys.stdout.write(f"\n{code}: {len(told)} examples, {told_of} ")
    assert len(told) >= AT_LEAST
    assert set(count) <= set(HOW)
    assert all(example["source"] and example["expect"] for example in told)
    assert len({example["title"] for example in told}) == len(told)


def test_an_example_bent_by_a_cent_is_noticed(tmp_path):
    code, example = next((code, one) for code, one in EXAMPLES if one["expect"].get("duty_minor"))
    bent = {**example, "expect": {"duty_minor": example["expect"]["duty_minor"] + 1}}

    assert unlike(bent, cleared_example(code, example, tmp_path)) != []
