"""Keys of the log: closed to others, changed by an entry that both sign, never replaced by another."""

import shutil
import stat

import pytest

from tests.builders_log import NOW
from tidewaiter.model.errors import KeyRefused
from tidewaiter.store.log.keys import KEY, NEXT, make_signer, read_signer
from tidewaiter.store.log.opening import change_key, open_log
from tidewaiter.store.verify.log import verify


def test_a_key_is_made_once_and_readable_by_its_owner_alone(place):
    first = place.signer()

    assert stat.S_IMODE((place.keys / KEY).stat().st_mode) == 0o600
    assert str(place.signer().key) == str(first.key)
    with pytest.raises(KeyRefused, match="exists already"):
        make_signer(place.keys / KEY, "other")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_can_reach_is_refused(place, mode):
    place.signer()
    (place.keys / KEY).chmod(mode)

    with pytest.raises(KeyRefused, match="chmod 600"):
        place.signer()


def test_what_is_no_key_is_refused(tmp_path):
    path = tmp_path / "log.pem"
    with pytest.raises(KeyRefused, match="There is no key"):
        read_signer(path, "log")
    path.touch(0o600)
    with pytest.raises(KeyRefused, match="no key that can be read"):
        read_signer(path, "log")


def test_a_lost_key_is_never_replaced_in_silence(place):
    place.signer()
    (place.keys / KEY).unlink()
    with pytest.raises(KeyRefused, match="Restore it"):
        place.signer()

    make_signer(place.keys / KEY, "example.org/log")

    with pytest.raises(KeyRefused, match="not the one"):
        place.signer()


def test_a_change_that_died_before_its_commit_changes_nothing(place):
    old = place.signer()
    with place.owner() as connection:
        change_key(connection, place.keys, NOW)
        connection.rollback()

    assert str(place.signer().key) == str(old.key)
    place.change_key()
    assert str(place.signer().key) != str(old.key)


def test_a_change_that_died_after_its_commit_is_finished_by_the_next_who_opens(place):
    old = place.signer()
    with place.owner() as connection:
        new = change_key(connection, place.keys, NOW)

    assert (place.keys / NEXT).exists()
    assert str(place.signer().key) == str(new.key) != str(old.key)
    assert not (place.keys / NEXT).exists()


def test_checkpoints_before_and_after_a_change_are_proven_by_their_keys(place):
    place.signer()
    place.publish()
    place.change_key()
    place.publish(10)

    report = verify(place.folder)

    assert (report.faults, len(report.keys), report.checkpoints) == ([], 2, 3)


def test_a_checkpoint_signed_by_the_key_that_was_changed_is_found(place, tmp_path):
    place.signer()
    shutil.copytree(place.keys, tmp_path / "old")
    place.change_key()
    with place.owner() as connection:
        connection.execute("select 1")
    shutil.copy(tmp_path / "old" / KEY, place.keys / KEY)

    with pytest.raises(KeyRefused, match="not the one"):
        place.publish()


def test_a_log_keeps_its_name(place):
    with place.owner() as connection:
        assert open_log(connection, place.keys, NOW, "first.example").key.name == "first.example"
        assert open_log(connection, place.keys, NOW, "second.example").key.name == "first.example"
