"""The words of the talk against numbers, as in test_claims.py: what a speaker says of a screen, and what is computed.
What was recorded is held against its recording."""

from statistics import fmean

import pytest

from lessons.data import fashion_mnist
from lessons.estimate import at_home, footprint, growth, roofline, silicon
from lessons.estimate.at_home import Home
from lessons.estimate.selection import judged, yearly
from lessons.experiment import (
    SMOLLM2,
    Experiment,
    Prune,
    Quantize,
    QuantizeWeights,
    file_source,
    shipped,
)
from lessons.facts import boards, figure
from lessons.facts.architectures import architectures, models
from lessons.jobs import adaptation, recordings, vision
from lessons.recorded import writing
from lessons.ui.decide.knobs import usual
from lessons.ui.distillation.recipe import Distilling
from lessons.ui.footprint.knobs import BOARD
from lessons.ui.lora import knobs as lora
from lessons.ui.lora.learning import TASK, adapting
from lessons.ui.pruning import knobs as pruning
from lessons.ui.scaling.knobs import two_by_default
from lessons.ui.state.presets import Preset
from lessons.ui.state.talks import find
from lessons.ui.work.this_machine import USABLE
from tests.unit.claims import layers, measured

STATES = find("37c3").states
BY, SINCE = 2025, 2012
KB, MB, GB, MICRO = 1e3, 1e6, 1e9, 1e-6


def accuracy(*steps, model: str = "cnn") -> float:
    return measured(model, *steps)["accuracy"]


def lost(*steps, model: str = "cnn") -> float:
    return accuracy(model=model) - accuracy(*steps, model=model)


def packed(*steps, model: str = "cnn") -> float:
    return measured(model, *steps)["packed"] / KB


def changes(bits: int) -> tuple[int, int]:
    """Predictions that rounding changes, and those of them that were right."""
    before, after = (measured("cnn", *steps)["answers"] for steps in ((), (Quantize(bits),)))
    right = fashion_mnist.test_labels()
    return int((before != after).sum()), int(((before == right) & (after != right)).sum())


def floor(number: str = "fp32", batch: int = 1) -> float:
    return silicon.of_network(layers("cnn"), number, batch=batch)["total"].value / MICRO


def moving(number: str = "fp32", batch: int = 1) -> float:
    return silicon.moving(silicon.of_network(layers("cnn"), number, batch=batch)).value


def macs(layer: str) -> float:
    return next(each.macs for each in layers("cnn") if each.name == layer) / 1e3


def use(batch: int = 64, model: str = "Llama 3.1 70B", method: str = "boards") -> float:
    tokens, pue = footprint.TASKS["chat"], figure("pue_microsoft")
    board = boards()[BOARD.default]
    return footprint.METHODS[method](footprint.Scenario(models()[model], tokens, board, "native", batch, pue)).value


def best() -> growth.Trend:
    return growth.fitted(growth.supply("FLOP/J, best", SINCE))


def needs(form: str) -> float:
    return at_home.needed(Home(architectures()["Llama 3.1 70B"], form)).value / GB


def writes() -> float:
    card = roofline.machine_of(USABLE["NVIDIA GeForce RTX 4090"])
    return roofline.writing(Home(architectures()["Llama 3.1 8B"], "Q4_K_M"), card, 300).per_second


def a_year(kind: int) -> float:
    return yearly(judged(usual())[kind], usual()).value


def pruned(preset: str) -> dict[str, float]:
    """What was recorded at a preset of the lesson on pruning."""
    values = next(each for each in pruning.PRESETS if each.name == preset).values(pruning.KNOBS)
    run = pruning.pruning(values).of(shipped(), int(values[pruning.SPARSITY.name]))
    return {each.name: each.value for each in recordings.find(vision.measuring, run).result.quantities}


def raced(runner: str, labelled: int = 500) -> float:
    """The mean accuracy over the races that were recorded."""
    runs = [Distilling(labelled=labelled).runners(seed)[runner] for seed in range(3)]
    return fmean(recordings.find(vision.measuring, run).result["accuracy"].value for run in runs)


def perplexity(*steps) -> float:
    return writing.measurement(Experiment(file_source(SMOLLM2), steps))["perplexity"].value


def megabytes(*steps) -> float:
    return writing.measurement(Experiment(file_source(SMOLLM2), steps))["packed"].value / MB


def learnt(task: str, on: str, runner: str = "adapter") -> float:
    """What was recorded of an adapter as the lesson opens, or of what it is compared with."""
    how = adapting(Preset("", {TASK: task}).values(lora.KNOBS))
    model = {"adapter": how.adapted, "before": how.below} | how.runners
    result = recordings.find(adaptation.judging, model[runner], getattr(how.of, on)).result
    return (result["loss"] if how.of.writes else result["accuracy"]).value


def of_the_way() -> float:
    """% of what full fine-tuning gains."""
    before, adapter, full = (learnt("bible", "to", each) for each in ("before", "adapter", "full fine-tuning"))
    return 100 * (before - adapter) / (before - full)


ROW, GROUP = QuantizeWeights(4, "row"), QuantizeWeights(4, "group")
WIDE = {"model": "depthwise"}
CASES = [  # the lesson, what is said, and what is computed
    ("home", "had {:.0f} kilobytes", lambda: packed()),
    ("home", "file is {:.1f} kilobytes, and {:.1f} percent", lambda: (packed(Quantize(4)), accuracy(Quantize(4)))),
    ("home", "down from {:.1f}", accuracy),
    ("network", "conv2, with {:.0f} thousand", lambda: macs("conv2")),
    ("energy", "about {:.0f} microjoules", floor),
    ("energy", "{:.1f} microjoules, {:.1f} percent of it to move", lambda: (floor(), moving())),
    ("energy", "from {:.1f} to {:.2f} microjoules", lambda: (floor(), floor("int8"))),
    ("energy", "now {:.1f} percent", lambda: moving("int8")),
    ("energy", "needs {:.2f} microjoules, and only {:.1f} percent", lambda: (floor(batch=256), moving(batch=256))),
    ("footprint", "about {:.2f} watt-hours", use),
    ("footprint", "takes {:.2f} watt-hours", lambda: use(1)),
    ("footprint", "boards: {:.2f} watt-hours", lambda: use(model="Llama 3.1 405B")),
    ("footprint", "today: {:.2f}", lambda: use(model="Llama 3.1 405B", method="EcoLogits")),
    ("footprint", "no batches: {:.1f}", lambda: use(model="Llama 3.1 405B", method="older EcoLogits")),
    ("scaling", "density {:.1f} times", lambda: two_by_default().grown(BY)["supply"]),
    ("scaling", "every {:.2f} months, the density every {:.1f}",
     lambda: (two_by_default().wanted.doubling.value, two_by_default().offered.doubling.value)),
    ("scaling", "about {:.0f} million. The", lambda: two_by_default().gap(BY).value / 1e6),
    ("scaling", "grew {:.0f} times, and doubles every {:.1f} months",
     lambda: (best().at(BY) / best().at(SINCE), best().doubling.value)),
    ("quantization", "is {:.1f} percent, down from", lambda: accuracy(Quantize(8))),
    ("quantization", "is {:.1f} kilobytes instead of", lambda: packed(Quantize(8))),
    ("quantization", "{} of 10,000 predictions changed, {} of them", lambda: changes(8)),
    ("quantization", "{:.1f} percent, which is {:.1f} percentage points",
     lambda: (accuracy(Quantize(3)), lost(Quantize(3)))),
    ("quantization", "it was still {:.1f}", lambda: accuracy(Quantize(4))),
    ("quantization", "accuracy: {:.1f} percent", lambda: accuracy(**WIDE)),
    ("quantization", "falls to {:.1f} percent", lambda: accuracy(Quantize(4), **WIDE)),
    ("quantization", "reach {:.1f} percent", lambda: accuracy(Quantize(4, "channel"), **WIDE)),
    ("quantization", "grows to {:.1f} kilobytes", lambda: packed(Quantize(4, "channel"), **WIDE)),
    ("quantization", "{:.1f} percentage points stay lost", lambda: lost(Quantize(4, "channel"), **WIDE)),
    ("pruning", "still {:.1f} percent right, {:.1f} percentage", lambda: (accuracy(Prune(70)), lost(Prune(70)))),
    ("pruning", "one shot, {:.1f} percent", lambda: accuracy(Prune(90))),
    ("pruning", "file is {:.1f} kilobytes, an eighth", lambda: packed(Prune(90))),
    ("pruning", "back to {:.1f} percent", lambda: pruned("Fix it")["accuracy"]),
    ("pruning", "and {:.1f} percent are right", lambda: pruned("Channels out")["accuracy"]),
    ("pruning", "is {:.1f} kilobytes, the energy", lambda: pruned("Channels out")["packed"] / KB),
    ("distillation", "reaches {:.1f} percent, as", lambda: raced("alone")),
    ("distillation", "it reaches {:.1f}: {:.1f}", lambda: (raced("taught"), raced("taught") - raced("alone"))),
    ("distillation", "{:.1f} percent alone and {:.1f}", lambda: (raced("alone", 20_000), raced("taught", 20_000))),
    ("language-model", "is {:.0f} instead of {:.0f}. Our", lambda: (perplexity(ROW), perplexity())),
    ("language-model", "is {:.0f} instead of {:.0f}, in", lambda: (perplexity(GROUP), perplexity(ROW))),
    ("language-model", "{:.1f} instead of {:.1f} megabytes", lambda: (megabytes(GROUP), megabytes(ROW))),
    ("lora", "from {:.3f} to {:.3f} nats", lambda: (learnt("bible", "to", "before"), learnt("bible", "to"))),
    ("lora", "from {:.3f} to {:.3f}. So", lambda: (learnt("bible", "old", "before"), learnt("bible", "old"))),
    ("lora", "{:.1f} percent on turned images and {:.1f}", lambda: (learnt("turned", "to"), learnt("turned", "old"))),
    ("llm-at-home", "needs {:.1f} gigabytes", lambda: needs("Q4_K_M")),
    ("llm-at-home", "would be {:.0f}", lambda: needs("fp16")),
    ("llm-at-home", "writes {:.0f} tokens", writes),
    ("decide", "{:.2f} kilowatt-hours for the cloud", lambda: a_year(3) / 1e3),
    ("decide", "{:.0f} watt-hours for the small one", lambda: a_year(1)),
]  # fmt: skip


@pytest.mark.parametrize(("lesson", "claim", "compute"), CASES, ids=lambda case: case if isinstance(case, str) else "")
def test_the_talk_says_what_is_computed(lesson, claim, compute):
    found = compute()
    said = claim.format(*(found if isinstance(found, tuple) else (found,)))
    assert any(said in state.says for state in STATES if state.lesson == lesson), said


def test_an_adapter_gains_about_60_percent_of_what_full_fine_tuning_does():
    assert 55 < of_the_way() < 65
