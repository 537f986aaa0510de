"""Pieces are worked on side by side and their answers come in order."""

import threading
import time

import pytest

from tidewaiter.runners.side_by_side import ahead, in_order


def test_answers_come_in_the_order_of_the_pieces_whoever_is_done_first():
    def slow_at_first(number):
        time.sleep(0.02 if number == 0 else 0)
        return number * 10

    assert list(in_order(slow_at_first, range(6), at_once=3)) == [0, 10, 20, 30, 40, 50]


def test_two_pieces_are_worked_on_at_once_and_never_three():
    meet, busy, most = threading.Barrier(2, timeout=5), [0], [0]
    lock = threading.Lock()

    def together(number):
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        meet.wait()
        with lock:
            busy[0] -= 1
        return number

    assert list(in_order(together, range(6), at_once=2)) == list(range(6))
    assert most == [2]


def test_no_more_pieces_are_drawn_than_can_be_worked_on_soon():
    drawn = []

    def pieces():
        for number in range(20):
            drawn.append(number)
            yield number

    answers = in_order(lambda number: number, pieces(), at_once=2)
    next(answers)

    assert len(drawn) <= 3
    answers.close()


def test_an_error_is_raised_where_its_answer_would_have_come():
    answers = in_order(lambda number: 1 // (2 - number), range(5), at_once=2)

    assert [next(answers), next(answers)] == [0, 1]
    with pytest.raises(ZeroDivisionError):
        next(answers)


def test_an_error_of_who_makes_the_pieces_is_raised_too():
    def pieces():
        yield 1
        raise LookupError("no more")

    with pytest.raises(LookupError):
        list(in_order(lambda number: number, pieces(), at_once=2))


def test_the_next_batch_is_made_while_this_one_is_worked_on():
    made = threading.Event()

    def batches():
        yield 1
        made.set()
        yield 2

    coming = ahead(batches())
    assert next(coming) == 1
    assert made.wait(5)
    assert list(coming) == [2]
