"""Declaring: declarations of a message model as tables, one for each element that repeats, and written from them."""

from tidewaiter.runners.declaring.tables import Tables, tables_of, unmapped
from tidewaiter.runners.declaring.writing import batch_of, message_of, written

__all__ = ["Tables", "batch_of", "message_of", "tables_of", "unmapped", "written"]
