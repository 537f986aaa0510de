"""The last steps of a run that knows of events: what would release waits for its parcel."""

from collections.abc import Sequence

from tidewaiter.model.findings import FindingKind
from tidewaiter.pipeline.plan import Step
from tidewaiter.pipeline.stage import Stage
from tidewaiter.pipeline.tables import FLAG, flags
from tidewaiter.stages.movements import waiting


def waiting_steps(kinds: Sequence[FindingKind]) -> tuple[Step, ...]:
    """Flags that rest on events; ``kinds`` are all that the steps before can find."""
    others = tuple(kinds)
    strict = {level: [kind for kind in others if kind.level == level and kind.severity != "note"]
              for level in ("filing", "item")}  # fmt: skip
    return (
        Stage(
            "items that keep their filing", "items", flags(strict["item"]), {waiting.STRICT: FLAG},
            lambda items, _tables: waiting.strict_items(items, others), to="filings",
        ),
        Stage(
            "waiting for the parcel", "filings", {**waiting.TAKES, waiting.STRICT: FLAG, **flags(strict["filing"])},
            flags(waiting.KINDS), lambda filings, _tables: waiting.flag_waiting(filings, others),
        ),
    )  # fmt: skip
