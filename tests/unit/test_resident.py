"""The resident: one process that holds what it has loaded and takes turns with its jobs."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from lessons.adaptation.measure import measure
from lessons.experiment import Experiment, File, PruneWeights, QuantizeWeights, ready_written
from lessons.jobs import ask, language
from lessons.jobs.events import GeneratedText, Piece, Progress, Waiting
from lessons.jobs.lanes import AT_ONCE
from lessons.jobs.pool import Pool, resident
from lessons.language import build
from lessons.language.generate import writing
from tests.unit.jobs import counting, failing, until, wait

SHAKESPEARE = Experiment(ready_written("shakespeare"))
SEEN: list[str] = []


def remembering(word: str, asked: Callable) -> Iterator[list[str]]:
    """A job that changes what its process holds."""
    SEEN.append(word)
    yield list(SEEN)


@pytest.fixture(scope="module")
def one() -> Iterator[Pool]:
    workers = Pool(1, resident=True)
    yield workers
    workers.close()


def test_it_takes_no_memory_until_it_is_asked():
    workers = Pool(1, resident=True)
    time.sleep(0.2)
    assert workers.processes() == []
    ticket = workers.ask("count", counting, 1)
    wait(ticket)
    assert len(workers.processes()) == 1
    workers.close()


def test_what_one_job_loads_is_there_for_the_next(one):
    tickets = [one.ask(word, remembering, word) for word in ("a", "b")]
    wait(*tickets)
    assert tickets[1].result == ["a", "b"]


def test_short_jobs_need_not_wait_for_long_ones(one):
    long, short = one.ask("long", counting, 100), one.ask("short", counting, 3)
    wait(short)
    assert not long.ended
    assert one.ahead_of(long) == 0
    wait(long)
    assert (long.result, short.result) == (99, 2)


def test_a_failing_job_harms_no_other(one):
    good, bad = one.ask("good", counting, 10), one.ask("bad", failing)
    wait(good, bad)
    assert (good.state, bad.state) == ("done", "failed")
    assert "a job's own fault" in bad.error


def test_a_job_ends_with_its_last_reader_and_no_other_does(one):
    tickets = [one.ask(name, counting, 300, reader="me") for name in ("left", "kept")]
    until(lambda: all(ticket.events for ticket in tickets))
    one.leave(tickets[0], reader="me")
    until(lambda: tickets[0].ended)
    assert tickets[0].result < 299
    assert not tickets[1].ended
    one.leave(tickets[1], reader="me")
    wait(*tickets)


def test_those_beyond_its_room_wait_and_come_to_their_turn(one):
    tickets = [one.ask(f"many {at}", counting, 20) for at in range(AT_ONCE + 3)]
    until(lambda: tickets[0].events)
    assert sum(ticket.state == "waiting" for ticket in tickets) >= 3
    wait(*tickets)
    assert {ticket.result for ticket in tickets} == {19}


def test_where_it_dies_its_jobs_fail_and_the_next_finds_a_new_one(one):
    tickets = [one.ask(f"dies {at}", counting, 500) for at in range(2)]
    until(lambda: all(ticket.events for ticket in tickets))
    os.kill(one.processes()[0], signal.SIGKILL)
    wait(*tickets)
    assert ["died" in ticket.error for ticket in tickets] == [True, True]
    again = one.ask("after", counting, 2)
    wait(again)
    assert again.result == 1


def test_it_measures_what_is_measured_without_it():
    experiment = SHAKESPEARE | QuantizeWeights(4)
    ticket = ask.writer(language.reading, experiment, payer="me")
    wait(ticket)
    assert ticket.result == measure(experiment)
    shares = [event.share for event in ticket.events[:-1]]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_it_writes_what_is_written_without_it():
    ticket = ask.writer(language.telling, SHAKESPEARE, "MACBETH.\n", 60, 0.8, 3, payer="me")
    wait(ticket)
    *pieces, said = ticket.events
    assert isinstance(said, GeneratedText)
    assert (
        said.text
        == "".join(piece.text for piece in pieces)
        == "".join(writing(build.build(SHAKESPEARE), "MACBETH.\n", 60, 0.8, 3))
    )
    assert said.pieces == 60


def test_one_shrunk_model_is_there_at_a_time_and_one_that_is_left_lets_the_next_go_on():
    def shares(bits: int, word: str | None = None) -> Iterator:
        return language.reading(SHAKESPEARE | QuantizeWeights(bits, "tensor", method="gptq"), lambda: word)

    first, second, third = shares(2), shares(3), shares(4)
    assert next(first).share > 0
    assert [next(second), next(third)] == [Waiting(), Waiting()]
    second.close()
    assert next(third) == Waiting()
    until_measured = [told for told in first if isinstance(told, Progress) and told.share > language.BUILDING]
    assert until_measured  # it was built and measured, and only now the next one is made
    assert next(third).share > 0
    third.close()
    assert not language.TURNS
    assert list(shares(5, "stop")) in ([], [Progress(0.1)])
    assert not language.TURNS


def test_while_a_shrunk_model_is_measured_another_waits_and_the_same_is_shared():
    same, other = (SHAKESPEARE | QuantizeWeights(bits, "row", method="gptq") for bits in (2, 3))
    first = language.reading(same, lambda: None)
    while (told := next(first)) == Waiting() or told.share <= language.BUILDING:  # until it is built
        pass
    assert next(language.reading(other, lambda: None)) == Waiting()
    assert isinstance(next(language.telling(same, "MACBETH.\n", 5, 0, 0, lambda: None)), Piece)
    first.close()
    assert not language.TURNS


def test_a_model_as_it_is_need_not_wait_for_those_that_are_made():
    slow = language.reading(SHAKESPEARE | QuantizeWeights(6, "tensor", method="gptq"), lambda: None)
    next(slow)
    assert isinstance(next(language.telling(SHAKESPEARE, "MACBETH.\n", 5, 0, 0, lambda: None)), Piece)
    slow.close()


def waiting(rounds: int, asked: Callable) -> Iterator[int | Waiting]:
    for _ in range(rounds):
        yield Waiting()
    yield rounds


def silent(asked: Callable) -> Iterator:
    yield from ()


def test_a_job_that_says_nothing_has_no_result(one):
    ticket = one.ask("silent", silent)
    wait(ticket)
    assert ticket.state == "done"
    assert ticket.result is None


def test_jobs_that_wait_say_nothing_meanwhile(one):
    ticket = one.ask("waits", waiting, 20)
    wait(ticket)
    assert ticket.events == [20]


def test_a_file_that_is_not_there_is_said_in_one_sentence():
    ticket = ask.writer(language.reading, Experiment(File("/no/such.gguf", "0" * 64)), payer="me")
    wait(ticket)
    assert ticket.error == "there is no file /no/such.gguf"
    assert resident().processes()


def test_the_last_model_that_was_built_is_still_there():
    experiments = [SHAKESPEARE | QuantizeWeights(8), SHAKESPEARE | PruneWeights(10)]
    models = [build.build(experiment) for experiment in experiments]
    assert build.build(experiments[1]) is models[1]
    assert build.build(experiments[0]) is not models[0]
