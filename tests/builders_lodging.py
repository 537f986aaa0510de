"""Lodging: messages as a door hands them over, with ids as the batcher gives them."""

from uuid import uuid4

from tests.builders_batcher import a_body
from tidewaiter.runners.batcher.message import Message


def a_lodged(*items, submitter="F1", key="", **said):
    """A message of a sender, under a UUID as the house names them."""
    return Message(str(uuid4()), a_body(*items, **said), submitter, key)
