"""New Zealand's law on parcels, read from its sheet."""

from tests.twin import low_value

SIMPLIFIED = ("ECI", "POSTAL")


def assume(facts):
    """Nothing is taken for granted."""
    return facts


def read(facts, law):
    """Duty, GST and data set of a filing that leaves nothing out."""
    return low_value.read(facts, law, _sets)


def _sets(facts, law):
    is_small = law.is_up_to("cargo_information_limit_minor", facts.value)
    may_be_short = is_small and not facts.on & {"licence_goods", "relief_excluded_goods"}
    is_post = facts.mode == "post"
    return {"ECI": may_be_short and not is_post, "POSTAL": may_be_short and is_post, "ENTRY": True}
