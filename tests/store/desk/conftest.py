"""A desk over the database of a test."""

import pytest

from tests.builders_desk import Desk, a_filing


@pytest.fixture
def desk(as_app):
    """Opens a case of a filing with these particulars."""
    return lambda **told: Desk(as_app, a_filing(**told))
