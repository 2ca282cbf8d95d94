"""EcoLogits' two fits: what the tool itself gives, the GPUs each counts, and the making of the hardware."""

from dataclasses import replace

import pytest

from lessons import facts
from lessons.estimate import ecologits, footprint
from lessons.facts.architectures import models
from lessons.quantity import convert

MODELS = models()
PUE = facts.figure("pue_microsoft")
FRANCE = replace(facts.grids()["World"], country="France", grams_co2_per_kWh=44.18)  # as EcoLogits 0.9.1 has it
H100 = facts.boards()["NVIDIA H100 SXM5 80GB"]


def chat(name: str) -> footprint.Scenario:
    return footprint.Scenario(MODELS[name], footprint.UseTokens(300, 1_000), H100, "bf16", 64, PUE)


@pytest.mark.parametrize(
    ("name", "kwh", "usage", "embodied"),
    [  # ecologits 0.9.1, compute_llm_impacts: 1,000 tokens, PUE 1.2, 44.18 g/kWh; kWh and kg CO2e
        ("Llama 3.1 70B", 6.602164e-4, 2.916836e-5, 5.055466e-5),
        ("DeepSeek-V3 / R1 671B", 4.000346e-3, 1.767353e-4, 3.007127e-4),
    ],
)
def test_the_tool_itself_gives_the_same(name, kwh, usage, embodied):
    used = footprint.by_ecologits(chat(name))
    emitted, making = footprint.with_making(footprint.emissions(used, FRANCE), "EcoLogits", chat(name))
    assert convert(used.value, "Wh", "kWh") == pytest.approx(kwh, rel=2e-3)
    assert making.value == pytest.approx(1000 * embodied, rel=2e-3)
    assert emitted.value == pytest.approx(1000 * (usage + embodied), rel=2e-3)
    assert emitted.value > 2.5 * 1000 * usage  # in France the making is most of it
    assert "making of the hardware" in emitted.source and emitted.badge == "estimated"


def test_the_older_fit_rounds_no_gpus_up_to_a_power_of_two():
    model = MODELS["DeepSeek-V3 / R1 671B"]
    assert (ecologits.gpus_needed(model), ecologits.older_gpus_needed(model)) == (32, 6)
    older = ecologits.older_joules_per_token(model)
    assert older.value == pytest.approx(171, rel=0.005)  # not 228, with 8 GPUs
    off = 1.96 * 0.000519 * 6 * 1.2 * 3600  # the fit's own range, in J
    assert (older.value - older.low, older.high - older.value) == (pytest.approx(off), pytest.approx(off))


def test_the_making_is_counted_by_the_methods_that_count_it():
    use = chat("Llama 3.1 70B")
    for method, found in footprint.by_all(use).items():
        electricity = footprint.emissions(found, FRANCE)
        emitted, making = footprint.with_making(electricity, method, use)
        assert (making is None) == (method == "boards")
        assert emitted.value == pytest.approx(electricity.value + (making.value if making else 0))
    older = footprint.with_making(electricity, "older EcoLogits", use)[1]
    gpus, seconds = 1, 0.000802 * use.model.params_active / 1e9 + 0.0223
    assert older.value == pytest.approx(1e6 * (3000 / 8 + 143) * gpus * seconds / (5 * 365 * 24 * 3600), rel=1e-3)
