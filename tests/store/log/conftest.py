"""A log of its own for each test."""

import pytest

from tests.builders_log import Place


@pytest.fixture
def place(database, store_server, tmp_path):
    return Place(database, store_server.keeper, tmp_path)
