"""This machine, measured; and the roofline held against what a model really did on it."""

from types import SimpleNamespace

import pytest
import torch

from lessons.estimate.at_home import Home
from lessons.estimate.roofline import Machine, writing
from lessons.estimate.roofline_validation import gap, run_here
from lessons.experiment import ready_written
from lessons.facts.architectures import architectures
from lessons.language.benchmark import pacing
from lessons.language.build import baseline
from lessons.measure import machine, roofs

SHAPE = architectures()["SmolLM2 135M"]


@pytest.fixture(scope="module")
def found() -> machine.Roofs:
    threads = torch.get_num_threads()
    *shares, found = roofs.measuring()
    assert shares == [1 / 5, 2 / 5, 3 / 5, 4 / 5]
    assert torch.get_num_threads() == threads
    return found


def test_a_machine_reads_and_multiplies_as_machines_do(found):
    assert found.bandwidth > 0 and found.flop > 0
    assert found.cores >= 1 and found.memory > 2**30


def test_the_fastest_of_many_times_counts_and_of_two_measurements_the_faster(monkeypatch):
    clock, takes = [0.0], iter([0.001, 0.02, 0.004, *[0.02] * 100])  # the first warms up

    def act() -> None:
        clock[0] += next(takes)

    monkeypatch.setattr(roofs, "time", SimpleNamespace(perf_counter=lambda: clock[0]))
    assert roofs._least(act, 0.1) == pytest.approx(0.004)
    assert clock[0] == pytest.approx(0.001 + 0.004 + 5 * 0.02)  # as many as fit into the time
    one, other = machine.Roofs(1.0, 5.0, 3.0, 2, 10, None), machine.Roofs(2.0, 4.0, 3.0, 2, 10, 7.0)
    assert machine.better(one, other) == machine.Roofs(2.0, 5.0, 3.0, 2, 10, None)
    assert machine.better(one, None) == one


@pytest.mark.parametrize(
    ("file", "says", "bytes"),
    [
        ("memory.max", "4294967296\n", 2**32),
        ("memory/memory.limit_in_bytes", "1073741824", 2**30),
        ("memory.max", "max", None),
    ],
)
def test_a_container_has_what_it_may_have(tmp_path, file, says, bytes):
    at = tmp_path / file
    at.parent.mkdir(exist_ok=True)
    at.write_text(says)
    assert machine.memory(tmp_path) == (bytes or machine.memory(tmp_path / "nothing"))


def test_a_models_pace_is_the_sum_of_its_parts():
    *_, pace = pacing(baseline(ready_written("shakespeare")))
    assert pace.products > 0 and pace.decode > 0
    assert 100 < pace.operations < 1_000  # some twenty a layer, of four layers


def test_a_prediction_is_that_of_the_page_and_the_gap_is_all_there_is():
    core = Machine("one core", 0, 30e9, 100e9)
    *prompts, last = run_here(SHAPE, core, {1: 0.05, 16: 0.1, 64: 0.24}, 0.05, 72)
    step = writing(Home(SHAPE, "fp32", "32 bits", 72), core, 72)
    assert [check.measured for check in prompts] == [160, 64 / 0.24]
    assert last.measured == 20 and last.predicted == step.per_second
    assert step.bytes == pytest.approx(4 * SHAPE.params_published, rel=0.02)  # weights, and few keys and values
    parts = gap(step, 0.04, 0.05)
    assert sum(parts) == pytest.approx(0.05) and parts.at_best == step.seconds
    assert min(gap(step, step.seconds / 2, step.seconds * 0.9)) == 0  # a cache can be faster than memory
