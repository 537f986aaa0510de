"""A log of its own for each test."""

import os
from uuid import uuid4

import psycopg
import pytest

from tests.builders_log import SCHEMA, Place


@pytest.fixture(scope="session")
def server():
    return os.environ["TIDEWAITER_DATABASE_URL"]


@pytest.fixture
def place(server, tmp_path):
    name = f"log_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as master:
        master.execute(f"create database {name} owner tidewaiter_owner")
    made = Place(server, name, tmp_path)
    with made.owner() as connection:
        connection.execute(SCHEMA)
    yield made
    with psycopg.connect(server, autocommit=True) as master:
        master.execute(f"drop database {name} with (force)")
