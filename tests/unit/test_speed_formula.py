"""The formula beside a speed gives the speed that is shown."""

import re

import pytest

from lessons.estimate.answer_cost import first, speed
from lessons.estimate.at_home import Home
from lessons.estimate.roofline import machine_of, reading, writing
from lessons.facts.architectures import architectures
from lessons.facts.home_machines import choosable

SECONDS = {"s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9, "min": 60}
AT_BEST = r"([\d.,]+) (\w+) at best"
CARDS = "NVIDIA GeForce RTX 4090", "NVIDIA H100 PCIe", "Apple M4 Pro, 24 GB", "AMD Radeon RX 7900 XT, 20 GB"


def told(formula: str) -> float:
    """The seconds of a step that a formula says."""
    both = re.search(r"the longer of reading (.*) and computing (.*), \+ (\d+) layers × ([\d.]+) µs", formula)
    read, computed, layers, layer = both.groups()
    parts = re.findall(AT_BEST + r"; ([\d.]+) %", read)
    moving = sum(float(time) * SECONDS[unit] / float(share) * 100 for time, unit, share in parts)
    ((time, unit, share),) = re.findall(AT_BEST + r"; ([\d.]+) %", computed) or [("0", "s", "100")]
    times = re.search(r"× ([\d.]+) to unpack", computed)
    computing = float(time) * SECONDS[unit] / float(share) * 100 * float(times[1] if times else 1)
    return max(moving, computing) + int(layers) * float(layer) * 1e-6


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize(
    "how", [{}, {"offload": 16}, {"batch": 64}, {"batch": 512, "form": "fp16"}, {"offload": 32, "batch": 4}], ids=str
)
def test_the_formula_gives_the_number(card, how):
    machine = machine_of(choosable()[card])
    home = Home(architectures()["Llama 3.1 8B"], **{"form": "Q4_K_M"} | how)
    pace = writing(home, machine, 300)
    found = speed(pace, home, machine, 300)
    assert home.batch / told(found.source) == pytest.approx(found.value, rel=0.01)
    assert found.source.count("from main memory") == bool(home.offload)
    low, high = map(float, re.search(r"band: ([\d.]+) to ([\d.]+) %", found.source).groups())
    assert (found.low / found.value, low / 100) == pytest.approx((low / 100, found.low / found.value), abs=0.01)
    assert found.high / found.value <= high / 100 + 0.01
    found = first(reading(home, machine, 3_000), home, machine)
    assert told(found.source) == pytest.approx(found.value, rel=0.01)


def test_without_a_peak_the_formula_says_so():
    machine = machine_of(choosable()["Raspberry Pi 5, 8 GB"])
    home = Home(architectures()["Llama 3.2 1B"])
    found = speed(writing(home, machine, 300), home, machine, 300)
    assert 1 / told(found.source) == pytest.approx(found.value, rel=0.01)
    assert "no published peak" in found.source
