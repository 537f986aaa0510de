"""Keys of parties text by text are those of whole columns, whatever is written."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.kit.risk_rule import WINDOW_KEYS
from tidewaiter.stages.parties import TAKES, party_keys
from tidewaiter.stages.parties.plainly import party_keys_plainly

WRITTEN = st.sampled_from(
    [
        "", " ", "0000", "99999", "xxx", "NA", "test", "Müller", "Mueller", "Hauptstraße 12a", "12 A Haupt-Str.", "GARCÍA, María",
        "Mrs Maria Garcia", "100060001", "10006-0001", "١٢٣٤٥٦٧٨٩", "株式会社", "straat aa ae oe ue strasse", "aaae", "a\nb", "É", "ǅ ﬁ",
        "x" * 70, "DE", "Ł", "a b c", "7", "İstanbul", "1\u00b2", "strasstraat",
    ]
)  # fmt: skip
TEXT = st.one_of(st.none(), WRITTEN, st.text(max_size=12))
KIND = st.sampled_from([None, "import", "safety"])
FUNCTION = st.sampled_from([None, "original", "amendment", "cancellation"])


@given(st.lists(st.tuples(KIND, FUNCTION, *(TEXT for _ in range(len(TAKES) - 2))), min_size=1, max_size=6))
@settings(max_examples=150, deadline=None)
def test_keys_of_few_are_the_keys(rows):
    frame = pl.DataFrame(rows, schema=TAKES, orient="row")

    own = party_keys_plainly(lambda name: frame[name].to_list())

    assert own == party_keys(frame.lazy()).select(WINDOW_KEYS).collect().to_dict(as_series=False)
