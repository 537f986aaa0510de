"""A full disk: what is new is refused in words, what is there is read, and all goes on when there is room."""

import json
import os
import subprocess
import time
from contextlib import contextmanager

import psycopg
import pytest

from tests.builders_batcher import a_body
from tests.builders_served import READY_S, served
from tests.store.test_kills import KEY, let_in
from tidewaiter.store.postgres.account import server_account
from tidewaiter.store.postgres.place import place_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("own_server")]
FULL_S = 10


@contextmanager
def _small_disk(home):
    """A disk of 400 MiB for the server's files."""
    home.mkdir()
    for above in (home, *home.parents[:3]):
        above.chmod(above.stat().st_mode | 0o011)
    account = server_account()
    root = place_of(home, account).root
    root.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=400m,mode=0755", "tmpfs", str(root)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        if account is not None:
            os.chown(root, account.uid, account.gid)
        yield root
    finally:
        subprocess.run(["umount", "-l", str(root)], check=True)


def _asked(service, method="GET", name=None):
    body = a_body(consignment_id=name) if name else None
    heads = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    if name:
        heads["Idempotency-Key"] = name
    status, told, text = service.ask("/v1/consignments", body, method, **heads)
    return status, {key.lower(): value for key, value in told.items()}, json.loads(text)


def _filled(hole):
    with hole.open("wb") as file:
        try:
            while True:
                file.write(b"x" * 65_536)
                file.flush()
        except OSError:
            return


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a disk")
def test_a_full_disk_refuses_what_is_new_shows_what_is_there_and_loses_nothing(tmp_path):
    home = tmp_path / "home"
    with _small_disk(home) as root, served(home, TIDEWAITER_JURISDICTION="EU/DE") as service:
        address = let_in(service)
        taken = [name for name in (f"A{number}" for number in range(10)) if _asked(service, "POST", name)[0] == 201]
        refused, shown = [], []
        hole = root / "hole"
        _filled(hole)
        until = time.monotonic() + FULL_S
        while time.monotonic() < until:
            name = f"B{len(refused) + len(taken)}"
            status, heads, told = _asked(service, "POST", name)
            taken += [name] if status == 201 else []
            refused += [] if status == 201 else [(status, heads["retry-after"], told["detail"])]
            shown.append(_asked(service)[0])
        hole.unlink()
        began = time.monotonic()
        while _asked(service, "POST", "C1")[0] not in {200, 201}:
            assert time.monotonic() - began < READY_S
            time.sleep(0.1)
        with psycopg.connect(address) as owner:
            found = owner.execute("select reference, count(*) from filing group by 1").fetchall()
        code, out, fault = service.say("audit", "verify")

    assert {one[:2] for one in refused} == {(503, "1")}
    assert any("disk" in one[2] for one in refused)
    assert set(shown) == {200}
    assert sorted(found) == sorted((name, 1) for name in [*taken, "C1"])
    assert code == 0, out + fault
