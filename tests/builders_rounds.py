"""Rounds: what is asked of faulty filings, answered from the clean ones and cleared again; who was asked for what."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from tidewaiter.model.columns import PARTIES as ROLES
from tidewaiter.service.clear import clear_files
from tidewaiter.service.repairs.in_run import answer_to, asked_in

NOW = datetime(2026, 10, 20, tzinfo=UTC)
CAN_ANSWER = {
    "consignee": {"recipient", "filer"}, "buyer": {"recipient", "filer"}, "payer": {"recipient", "filer"},
    "consignor": {"seller", "filer"}, "seller": {"seller", "filer"}, "importer": {"filer", "recipient"},
    "delivery": {"recipient", "filer"}, "item": {"seller", "filer"},
}  # fmt: skip
"""Who can know what is said of a party or of goods; nobody knows another party's name or street."""
NOTHING = {"vat_scheme": "NONE"}
"""How a filer says that there is none."""


def truth_of(rows):
    """Clean rows by filing and line."""
    truth = {}
    for row in rows.iter_rows(named=True):
        truth.setdefault(row["consignment_id"], {})[str(row.get("item_no") or 1)] = row
    return truth


def of_nobody_who_can(asked):
    """Questions that went to a party that cannot know."""
    return [
        question
        for one in asked
        for question in one.questions
        if (role := question.field.partition("_")[0]) in {*ROLES, "item"} and question.of not in CAN_ANSWER[role]
    ]


def answers_of(run, asked, truth: Mapping[str, Mapping[str, Mapping[str, str]]]) -> Iterable[bytes]:
    """An answer of all that is asked of each filing, true where the clean filing says it."""
    for one in asked:
        told = truth[one.consignment_id]
        fields = {
            question.path: told.get(str(question.item_no), next(iter(told.values()))).get(question.field)
            or NOTHING.get(question.field, question.example)
            for question in one.questions
        }
        yield answer_to(run, one.consignment_id, fields, NOW)


def asked_for_their_faults(faulty, clean):
    """Filings of a run that are asked something, less those that are asked even where nothing is wrong with them."""
    anyway = {one.consignment_id for one in asked_in(clean, NOW)}
    return [one for one in asked_in(faulty, NOW) if one.consignment_id not in anyway]


def asked_again(folder, run, asked, truth, **words):
    """Filings that are asked a second time, after every question of the first was answered."""
    path = folder / "answers.ndjson"
    path.write_bytes(b"".join(answers_of(run, asked, truth)))
    second = clear_files([str(path)], "EU", folder / "second", history=run.parent, **words).folder
    return list(asked_in(second, NOW))
