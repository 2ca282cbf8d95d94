"""What gets faster: the claims of the text, the chart, and the same of a network that is not fine-tuned."""

import pytest

from lessons.data import examples
from lessons.experiment import RemoveChannels
from lessons.measure.timing import latencies
from lessons.quantity import Measurement, Quantity
from lessons.ui.pruning import faster
from lessons.ui.pruning.faster import MOST, REMOVED, UNPRUNED, WIDE, ZEROED
from lessons.vision import build
from tests.unit.claims import said
from tests.unit.tables import table

FOUND = faster.recorded()


def fewer(quantity: str) -> float:
    """How many times as much the large network has as the one without its channels."""
    return FOUND[UNPRUNED].measured[quantity].value / FOUND[REMOVED[MOST]].measured[quantity].value


@pytest.mark.parametrize(
    ("words", "found", "low", "high"),
    [
        ("Set to 0, they cost as much time as before", FOUND[ZEROED].times_faster.value, 0.9, 1.1),
        ("a network that is more than twice as fast", FOUND[REMOVED[MOST]].times_faster.value, 2, 3),
        ("only by a factor of two to three", FOUND[REMOVED[MOST]].times_faster.value, 2, 3),
        ("MACs fall to a fifteenth", fewer("macs"), 14.5, 15.5),
        (
            "fine-tuning for five epochs brings its accuracy back to within six percentage points",
            FOUND[UNPRUNED].measured["accuracy"].value - FOUND[REMOVED[MOST]].measured["accuracy"].value,
            4,
            6,
        ),
        ("The large network (24 to 96 channels a layer)", len(build.build(WIDE).tensors["conv1.0.weight"]), 24, 24),
        ("three quarters of its channels", int(MOST), 75, 75),
        ("for five epochs", faster.EPOCHS, 5, 5),
    ],
)
def test_the_text_says_what_was_recorded(words, found, low, high):
    assert words in said("pruning")
    assert low <= found <= high


def test_each_number_of_the_recording_is_in_the_chart_and_its_bar_is_as_long_as_it_says():
    chart = faster.compared(FOUND)
    bars = table(chart, "bars")
    times = bars[bars.said.str.endswith("µs")].set_index("network")
    assert times.said.to_dict() == {name: str(each.after) for name, each in FOUND.items()}
    lengths = (times.to - times.x) / (times.to - times.x)[UNPRUNED]
    for name, each in FOUND.items():
        assert lengths[name] == pytest.approx(each.after.value / FOUND[UNPRUNED].after.value)
    macs = bars[bars.x == 0].set_index("network")
    assert macs.said[UNPRUNED] == macs.said[ZEROED] == "8.30 M"
    accuracies = bars[bars.x == 2].set_index("network").said
    assert accuracies.to_dict() == {n: str(each.measured["accuracy"]) for n, each in FOUND.items() if n != ZEROED}
    assert table(chart, "missing").network.tolist() == [ZEROED]
    assert chart.badges == ("recorded",)
    assert len(chart.table) == 3 * len(FOUND) - 1


def test_a_network_without_these_channels_is_faster_and_one_with_zeros_is_not():
    silenced = faster.silenced(MOST)
    removed = silenced | RemoveChannels()
    nets = [build.build(each).net for each in (WIDE, silenced, removed)]
    before, zeroed, after = (each.value for each in latencies(nets, examples.test_set().images[:1]))
    assert before / after > 1.5  # 2.2 on a machine that does nothing else
    assert before / zeroed < 1.3
    assert build.measure(removed)["macs"].value == FOUND[REMOVED[MOST]].measured["macs"].value


def test_it_is_measured_once_all_networks_are_trained_and_raced_here_and_until_then_recorded(monkeypatch):
    race = {"before": second(3.0), "after": second(1.0), "sparse": second(9.0)}
    measured = Measurement((Quantity("accuracy", 90.0, "%", "measured"), Quantity("macs", 8, "MAC", "measured")), b"")
    monkeypatch.setattr(faster, "curve", lambda asked: dict.fromkeys(asked, measured))
    for tuned, last, badge in ((False, race, "recorded"), (True, None, "recorded"), (True, race, "measured")):
        answers = {faster.smaller(MOST): last}
        monkeypatch.setattr(faster, "answer", lambda question, each, answers=answers: answers.get(each, race))
        monkeypatch.setattr(faster.ask, "tuned", lambda each, tuned=tuned: tuned)
        found = faster.raced()
        assert {each.after.badge for each in found.values()} == {badge}
    assert [each.times_faster.value for each in found.values()] == [1, 3, 3, 3, 3]


def second(value: float) -> Quantity:
    return Quantity("latency", value, "s", "measured")
