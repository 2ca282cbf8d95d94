"""Lottery tickets: which networks they are, and what a page is told of them."""

from statistics import mean

import pytest

from lessons import recorded
from lessons.estimate.token_energy_floor import floors
from lessons.experiment import FineTune, Prune, QuantizeWeights
from lessons.recorded import lottery, writing

RECORDING, SMOLLM2 = recorded.read("lottery"), recorded.read("smollm2")


@pytest.mark.parametrize("kind", lottery.KINDS)
def test_each_round_prunes_what_is_left_and_trains_as_long_as_the_baseline(kind):
    source = lottery.baseline(1).source
    for rounds, (sparsity, ticket) in enumerate(lottery.tickets(kind, 1).items(), start=1):
        prunes, trainings = ticket.recipe[::2], ticket.recipe[1::2]
        assert ticket.baseline == lottery.baseline(1)
        assert prunes == tuple(Prune(at) for at in lottery.SPARSITIES[:rounds])
        assert prunes[-1].sparsity == sparsity
        assert {type(step) for step in trainings} == {FineTune}
        assert {(step.epochs, step.seed) for step in trainings} == {(source.epochs, 1)}


def test_kinds_differ_in_where_each_round_starts():
    starts = {kind: lottery.tickets(kind, 0)[97].recipe[-1] for kind in lottery.KINDS}
    assert [(step.start, step.at) for step in starts.values()] == [
        ("trained", 0), ("rewound", 0), ("rewound", lottery.EARLY), ("random", 0),
    ]  # fmt: skip
    assert lottery.baseline(0).source.steps / lottery.EARLY == 10


def test_a_random_start_has_the_mask_of_the_rewound_ticket():
    for sparsity, ticket in lottery.tickets("random", 2).items():
        assert ticket.prefix == lottery.tickets("rewound", 2)[sparsity].prefix
        assert ticket != lottery.tickets("rewound", 2)[sparsity]


def test_what_was_recorded_are_the_networks_that_are_named_today():
    named = {lottery.baseline(seed).id for seed in range(3)}
    named |= {t.id for kind in lottery.KINDS for seed in range(3) for t in lottery.tickets(kind, seed).values()}
    assert {row["id"] for row in RECORDING.rows} == named


@pytest.mark.parametrize("kind", lottery.KINDS)
def test_a_page_is_told_mean_and_spread_and_where_they_are_from(kind):
    for sparsity, shown in lottery.accuracy(kind).items():
        values = RECORDING.values("accuracy", kind=kind, sparsity=sparsity)
        assert len(values) == RECORDING.seeds == 3
        assert shown.value == mean(values)
        assert (shown.low, shown.high) == (min(values), max(values))
        assert shown.badge == "recorded"
        assert "`python -m tests.study lottery`" in shown.source
        assert f"on {RECORDING.date}, {RECORDING.machine}, 3 seeds" in shown.source


def test_what_was_recorded_of_smollm2_are_the_settings_that_are_named_today():
    assert [row["id"] for row in SMOLLM2.rows] == [experiment.id for experiment in writing.smollm2()]


def test_what_was_recorded_of_a_language_model_is_called_so_and_its_energy_is_todays():
    for row, experiment in zip(SMOLLM2.rows, writing.smollm2(), strict=True):
        found = writing.measurement(experiment)
        assert {q.badge for q in found.quantities} == {"recorded", "estimated"}
        assert all(SMOLLM2.source in q.source for q in found.quantities if q.badge == "recorded")
        assert found["packed"].value == next(value for name, value, *_ in row["quantities"] if name == "packed")
        floor = floors(found["macs"].value, found["read"].value, "fp32")
        assert (found["energy_45nm"], found["energy_7nm"]) == floor
        assert found["perplexity"].low <= found["perplexity"].value <= found["perplexity"].high
        assert set(writing.quiz(experiment)) == {"facts", "sums", "spelling"}
    assert writing.measurement(experiment | QuantizeWeights(7)) is writing.quiz(experiment | QuantizeWeights(7)) is None


def test_the_unpruned_network_is_recorded_beside_them():
    assert lottery.unpruned().value == mean(RECORDING.values("accuracy", kind="baseline"))
    assert 85 < lottery.unpruned().low <= lottery.unpruned().high < 92
