"""Who may do what: one matrix of roles and objects, judged in Python and, with the same words, in the database."""

from tidewaiter.store.rights.actor import Actor, Facts
from tidewaiter.store.rights.judging import NotAllowed, may, require
from tidewaiter.store.rights.matrix import MATRIX, Grant, Matrix
from tidewaiter.store.rights.policies import condition

__all__ = ["MATRIX", "Actor", "Facts", "Grant", "Matrix", "NotAllowed", "condition", "may", "require"]
