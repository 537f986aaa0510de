"""The signed log: entries of people's acts and of batches, chained; batches of leaves; checkpoints; proofs."""

from tidewaiter.store.log.batches import Sealed, leaves_file, seal
from tidewaiter.store.log.entries import Act, append, append_acts, append_batch, append_batches, batch_seq
from tidewaiter.store.log.events import Event, record, seal_events

__all__ = [
    "Act",
    "Event",
    "Sealed",
    "append",
    "append_acts",
    "append_batch",
    "append_batches",
    "batch_seq",
    "leaves_file",
    "record",
    "seal",
    "seal_events",
]
