"""Words against numbers: where a text says how many, how many it is. Each case: a page, what its text says, and what is
computed."""

from functools import lru_cache
from statistics import mean

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lessons import models
from lessons.adaptation.weights import shapes
from lessons.data import examples, fashion_mnist, quiz, texts
from lessons.estimate import finetune_bill, finetune_memory, savings, silicon
from lessons.experiment import (
    SMOLLM2,
    Adapt,
    Experiment,
    Prune,
    Quantize,
    QuantizeWeights,
    ShiftBias,
    Written,
    file_source,
    ready_written,
    shipped,
)
from lessons.facts.architectures import models as published
from lessons.facts.architectures import training_tokens
from lessons.facts.finetune_peaks import finetune_peaks
from lessons.language import build as language
from lessons.language.evaluate import evaluate
from lessons.language.model import multiplications
from lessons.language.train import untrained
from lessons.measure import training_cost
from lessons.measure.layer_view import LayerCost
from lessons.models.folding import folded
from lessons.recorded import writing
from lessons.shrink import distill
from lessons.shrink.grid import symmetric
from lessons.shrink.pack import pack, stored_bits
from lessons.shrink.quantize import quantize
from lessons.ui.distillation.recipe import LARGE
from lessons.ui.energy import charts as energy_charts
from lessons.ui.lora import adapters
from lessons.ui.lora.recipe import TASKS
from lessons.ui.quantization import charts as quantization_charts
from lessons.ui.scaling import charts as scaling_charts
from lessons.ui.work import ledger
from lessons.vision import build, steps
from tests import study
from tests.unit.claims import layers, measured, said
from tests.unit.finetune_runs import run_of
from tests.unit.tables import table

FP32, ONCE, AGAIN = "fp32", float("inf"), 1.0


def floor(model: str, number: str = FP32, batch: int = 1, reuse: float = ONCE) -> float:
    return silicon.of_network(layers(model), number, batch=batch, reuse=reuse)["total"].value


def lost(*steps, model: str = "cnn") -> float:
    return measured(model)["accuracy"] - measured(model, *steps)["accuracy"]


def changed(bits: int) -> int:
    return int((measured()["answers"] != measured("cnn", Quantize(bits))["answers"]).sum())


def weights(model: str, *steps) -> dict[str, np.ndarray]:
    net = build.build(Experiment(shipped(model).source, steps)).net
    return {name: each.numpy() for name, each in net.named_parameters() if each.dim() > 1}


def share_of(part: str, number: str = FP32, batch: int = 1) -> float:
    found = silicon.of_network(layers("cnn"), number, batch=batch)
    return found[part].value / found["total"].value


def cheaper(part: str) -> float:
    """How many times less a part of the floor takes in int8."""
    one, other = (silicon.of_network(layers("cnn"), number)[part].value for number in (FP32, "int8"))
    return one / other


def seldom_used(times: int) -> float:
    """The share of the weights that one picture uses no more often."""
    return sum(at.weights for at in layers("cnn") if at.macs <= times * at.weights) / sum(
        at.weights for at in layers("cnn")
    )


def zeros(model: str, *steps) -> float:
    found = weights(model, *steps).values()
    return sum((each == 0).sum() for each in found) / sum(each.size for each in found)


def clipped(bits: int) -> float:
    """Points that clipping costs the depthwise network."""
    return lost(Quantize(bits, range="percentile"), model="depthwise") - lost(Quantize(bits), model="depthwise")


def breaks(model: str) -> int:
    """The bits, coming down from 6, at which more than ten points are lost."""
    return next(bits for bits in range(6, 0, -1) if lost(Quantize(bits), model=model) > 10)


def stored(bits: int, group: int) -> float:
    """Bits that a weight takes, its share of the scale included."""
    return stored_bits({"w": quantize(torch.randn(64, 64), bits, "group", symmetric, "min-max", group)}) / 64**2


def pays(format: str, at_least: int) -> int:
    """The sparsity, from one on that is named, at which a file of the cnn in this format is smaller than the unpruned
    one."""
    whole = len(pack(build.build(shipped("cnn")).tensors))
    pruned = ((at, build.build(shipped("cnn") | Prune(at)).tensors) for at in range(at_least, 100))
    return next(at for at, tensors in pruned if len(pack(tensors, format)) < whole)


def largest(dw1: np.ndarray) -> float:
    each = np.abs(dw1).reshape(len(dw1), -1).max(1)
    return each.max() / each.min()


def params(net) -> int:
    return sum(each.numel() for each in net.parameters())


def knows(task: str):
    """The network that learns it, before that."""
    model = TASKS[task].model
    return (language.build(model) if TASKS[task].writes else build.build(model)).net


def small() -> int:
    return params(knows("bible"))


def learns(task: str, **how) -> float:
    """Numbers that learn, in percent of the weights."""
    found = shapes(knows(task), Adapt(TASKS[task].to, **how))
    return 100 * sum(map(np.prod, found.values())) / params(knows(task))


def large(way: str, model: str = "Llama 3.1 8B", rank: int = 16) -> float:
    """Bytes that it takes to adapt it, as the page opens."""
    return sum(
        finetune_memory.memory_by_method(
            published()[model], finetune_memory.low_rank(published()[model], rank, "attention")
        )[way].values()
    )


def billed(part: str, **run) -> float:
    """GB of a part of what adapting Llama 3.1 8B takes, as the page opens but for these settings."""
    return finetune_bill.bill(finetune_bill.TuningRun(published()["Llama 3.1 8B"], **run))[part] / 1e9


def off(library: str) -> list[float]:
    """Published peaks of a library ÷ what is estimated for the same runs."""
    found = [peak for peak in finetune_peaks() if library in peak.source]
    return [(peak.bytes_low + peak.bytes_high) / 2 / finetune_bill.takes(run_of(peak)).value for peak in found]


def beside(model: str, rank: int) -> float:
    return finetune_memory.low_rank(published()[model], rank, "query and value").value


def spared() -> float:
    model = published()["Llama 3.1 8B"]
    found = finetune_memory.energy(model, finetune_memory.low_rank(model, 16, "attention"), 1e7)
    return 1 - found["low rank"].value / found["full"].value


@lru_cache
def adapted(way: str, task: str = "bible", name: str = "new") -> list:
    """What the study found, by seed."""
    return [row[name] for row in study.read("adapting")["rows"] if (row["way"], row["task"]) == (way, task)]


def gained(way: str) -> list[float]:
    return [before - after for before, after in zip(adapted("before"), adapted(way), strict=True)]


def blended() -> list[float]:
    return [share for half in adapted("blend", "turned", "half") for share in half.values()]


def directions(layer: str) -> int:
    return adapters._holding(torch.linalg.svdvals(knows("turned").get_parameter(layer).flatten(1)).numpy())


@lru_cache
def taught() -> study.distillation.Study:
    return study.distillation.Study(study.read("distillation")["rows"])


def behind(labelled: int, **how) -> list[float]:
    """Points that the taught student is behind one that has all labels."""
    whole = taught().of("alone", labelled=20_000)
    return [a - b for a, b in zip(whole, taught().of("taught", labelled=labelled, **how), strict=True)]


def of_two_bits() -> list[float]:
    one, other = (taught().of(f"two bits, {who}", model="cnn-8x3") for who in ("taught", "alone"))
    return [a - b for a, b in zip(one, other, strict=True)]


def recalls(*labels: int) -> list[float]:
    of = {"model": "cnn-8x3", "labelled": None}
    return [r for label in labels for r in taught().of("taught, put right", "recall", withheld=label, **of)]


def packed_in(bits: int, model: str) -> int:
    """Bytes of a student's file, which do not depend on what it has learnt."""
    with torch.no_grad():
        named = folded(models.make(model).eval()).named_parameters()
        stored = {n: quantize(w, bits, "channel", symmetric, "least-squares") if w.dim() > 1 else w for n, w in named}
        return len(pack(stored))


def apart(temperature: float) -> float:
    """How many times as probable the first class is as the last, of the pictures a page shows, where that is most."""
    softened = distill.softened(build.build(Experiment(LARGE)).net(examples.test_set().images[:24]), temperature)
    return (softened.max(1).values / softened.min(1).values).max().item()


def mac(model: str) -> int:
    return sum(layer.macs for layer in layers(model))


def parameters(model: str, name: str = "") -> int:
    return sum(layer.parameters for layer in layers(model) if name in layer.name)


CLAIMS = [
    ("energy", "more than 17 times the floor with the cnn", lambda: floor("cnn", reuse=AGAIN) / floor("cnn"), 17, 18),
    ("energy", "22 times with the depthwise", lambda: floor("depthwise", reuse=AGAIN) / floor("depthwise"), 21.5, 22.5),
    ("energy", "as much as 140 operations on it in fp32", lambda: silicon.crossing(FP32, "45 nm", "DDR"), 135, 145),
    ("energy", "and 540 in int8 (45 nm, DDR)", lambda: silicon.crossing("int8", "45 nm", "DDR"), 535, 545),
    ("energy", "A multiplication costs 1/18 of one in fp32", lambda: _multiply(FP32) / _multiply("int8"), 17.5, 18.5),
    ("energy", "a multiplication costs a third of one at 45 nm", lambda: _multiply("int8") / _multiply("int8", "7 nm"), 2.7, 3.3),
    ("energy", "a fetch a fifth", lambda: silicon._pj("dram_45nm") / silicon._pj("hbm2"), 4.7, 5.3),
    ("energy", "Most of the floor is DRAM", lambda: share_of("DRAM"), 0.7, 0.9),
    ("energy", "four in five weights are used 16 times or less (with the cnn)", lambda: seldom_used(16), 0.78, 0.83),
    ("energy", "computing gets 15 times cheaper", lambda: cheaper("compute"), 14.5, 15.5),
    ("energy", "15 times cheaper, fetching four times", lambda: cheaper("DRAM"), 4, 4),
    ("energy", "A 1-bit multiplication is nearly free", lambda: _multiply("int1") / silicon.operation("int1", "45 nm").add, 0, 0.05),
    ("energy", "batch of 256: what is left is the adder", lambda: share_of("compute", "int1", batch=256), 0.65, 0.85),
    ("energy", "At [256](/energy?energy_batch=256) compute dominates", lambda: share_of("compute", batch=256), 0.7, 0.9),
    ("energy", "DRAM nearly disappears", lambda: share_of("DRAM", batch=256), 0, 0.05),
    ("quantization", "8 bits: a quarter of the file", lambda: measured()["packed"] / measured("cnn", Quantize(8))["packed"], 3.8, 4.1),
    ("quantization", "and the same accuracy", lambda: abs(lost(Quantize(8))), 0, 0.2),
    ("quantization", "41 of 10,000 predictions change", lambda: changed(8), 36, 46),
    ("quantization", "with 5 bits, 356", lambda: changed(5), 346, 366),
    ("quantization", "Down to about 6 bits, little happens", lambda: abs(lost(Quantize(6))), 0, 0.5),
    ("quantization", "largest weights differ twelvefold", lambda: largest(weights("depthwise")["dw1.0.weight"]), 11.5, 12.5),
    ("quantization", "44 % of the weights become 0", lambda: (weights("depthwise", Quantize(4))["dw1.0.weight"] == 0).mean(), 0.435, 0.445),
    ("quantization", "for 1.7 kB of scales", lambda: measured("depthwise", Quantize(4, "channel"))["packed"] - measured("depthwise", Quantize(4))["packed"], 1650, 1750),
    ("quantization", "so nearly all weights become 0", lambda: zeros("cnn", Quantize(2)), 0.95, 1),
    ("quantization", "Most of the loss is gone", lambda: 1 - lost(Quantize(4, "channel"), model="depthwise") / lost(Quantize(4), model="depthwise"), 0.8, 1),
    ("quantization", "at 8 bits it costs up to half a percentage point", lambda: clipped(4), -90, -10),
    ("quantization", "at 8 bits it costs up to half a percentage point", lambda: clipped(8), 0.05, 0.5),
    ("quantization", "It breaks at 4 bits with one scale per tensor, the cnn at 3", lambda: breaks("depthwise"), 4, 4),
    ("quantization", "It breaks at 4 bits with one scale per tensor, the cnn at 3", lambda: breaks("cnn"), 3, 3),
    ("quantization", "with groups of 8, a 4-bit weight really takes 8", lambda: stored(4, 8), 8, 8),
    ("pruning", "the smallest weights of the cnn cost less than ten percentage points", lambda: lost(Prune(70)), 3, 9),
    ("pruning", "CSR needs half of the weights gone", lambda: pays("csr", 48), 50, 54),
    ("pruning", "A bitmap pays from a few percent on", lambda: pays("bitmap", 1), 3, 6),
    ("pruning", "The file gains nothing over a bitmap", lambda: _two_of_four("2:4") / _two_of_four("bitmap"), 0.99, 1.01),
    ("pruning", "30 % pruned at random costs more accuracy than 50 % by magnitude", lambda: lost(Prune(30, "random")) - lost(Prune(50)), 5, 90),
    ("pruning", "more than half of the predictions are wrong", lambda: measured("cnn", Prune(90))["accuracy"], 10, 50),
    ("pruning", "The file is an eighth of what it was", lambda: measured()["packed"] / measured("cnn", Prune(90))["packed"], 7.7, 8.3),
    ("network", "From 16 to 32 channels the MACs grow nearly fourfold", lambda: mac("cnn-32x3") / mac("cnn-16x3"), 3.5, 4),
    ("network", "a hundred times the MACs of the narrowest", lambda: mac("cnn-32x3") / mac("cnn-2x3"), 90, 115),
    ("network", "conv3 holds half of the parameters", lambda: parameters("cnn", "conv3") / parameters("cnn"), 0.48, 0.54),
    ("network", "conv1 holds 2 % of them", lambda: parameters("cnn", "conv1") / parameters("cnn"), 0.015, 0.025),
    ("network", "ten times the MACs of fc", lambda: layers("cnn")[0].macs / layers("cnn")[-1].macs, 9.5, 10.5),
    ("network", "the fully connected layer holds nearly all parameters", lambda: parameters("cnn-16x1", "fc") / parameters("cnn-16x1"), 0.95, 1),
    ("network", "and does the smaller part of the MACs", lambda: layers("cnn-16x1")[-1].macs / mac("cnn-16x1"), 0.2, 0.4),
    ("network", "A second convolution makes the file smaller", lambda: parameters("cnn-16x2") / parameters("cnn-16x1"), 0.6, 0.7),
    ("network", "a fourth makes it larger again", lambda: parameters("cnn-16x4") / parameters("cnn-16x3"), 1.5, 2),
    ("network", "At 2 channels the first layer dominates", lambda: layers("cnn-2x3")[0].macs / mac("cnn-2x3"), 0.5, 0.6),
    ("network", "it is a little less than three", lambda: training_cost.summed(training_cost.training_costs(layers("cnn")))["Counted"].value, 2.8, 2.95),
    ("network", "predicts that this coat is a pullover, with a probability of 99 %", lambda: _as_pullover(18), 0.985, 0.995),
    ("lora", "SmolLM2, 166 times as large as the small model", lambda: 134_515_008 / small(), 165, 167),
    ("lora", "An adapter of rank 8 trains only 2 % as many", lambda: learns("bible", where="query and value"), 1.95, 2.05),
    ("lora", "beside every layer, rank 8 is already 40 % of all weights", lambda: learns("turned", where="every layer"), 39.5, 40.5),
    ("lora", "rank 64 would be more than three times as many as there are", lambda: learns("turned", where="every layer", rank=64) / 100, 3, 3.5),
    ("lora", "a single direction a matrix, a quarter of a percent", lambda: learns("bible", where="query and value", rank=1), 0.24, 0.26),
    ("lora", "There rank 4, of less than 5 %", lambda: learns("bible", rank=4), 4, 5),
    ("lora", "Even the gains of the norms, a seventh of a percent", lambda: 1 / learns("bible", method="vectors"), 6.5, 7.5),
    ("lora", "values, rank 8 is a third of a percent", lambda: beside("SmolLM2 135M", 8) / published()["SmolLM2 135M"].params_total * 100, 0.32, 0.35),
    ("lora", "would take another 2.2 GB", lambda: sum(finetune_memory.memory(134_515_008, 134_515_008, "fp32", False, "fp32").values()) / 1e9, 2.15, 2.25),
    ("lora", "It has seven tenths of what rank 8 gains", lambda: mean(gained("rank 1")) / mean(gained("lora")), 0.67, 0.74),
    ("lora", "and the head alone more", lambda: min(head - low for head, low in zip(adapted("head", name="old"), adapted("lora", name="old"), strict=True)), 0.01, 0.1),
    ("lora", "LoRA and the head forget far more than full fine-tuning", lambda: min(adapted("head", "names", "old") + adapted("lora", "names", "old")) - max(adapted("full", "names", "old")), 0.8, 1),
    ("lora", "the head alone still names three in ten on average", lambda: mean(adapted("head", "inverted", "old")), 27, 33),
    ("lora", "names a fifth to a half of either right", lambda: min(blended()), 20, 50),
    ("lora", "names a fifth to a half of either right", lambda: max(blended()), 20, 50),
    ("lora", "three quarters of what was learnt are still there", lambda: mean(adapted("microscope", name="kept")), 0.72, 0.78),
    ("lora", "Less than a third of what its matrices read", lambda: max(adapted("microscope", name="shared")), 0.25, 0.33),
    ("lora", "and 33 to hold that of the weights", lambda: directions("conv3.weight"), 33, 33),
    ("lora", "needs 16 GB instead of 96", lambda: large("full") / 1e9, 95.5, 96.5),
    ("lora", "needs 16 GB instead of 96", lambda: large("LoRA") / 1e9, 15.5, 16.5),
    ("lora", "beside queries and values has 4.7 million numbers", lambda: beside("GPT-3 175B", 1) / 1e6, 4.65, 4.75),
    ("lora", "it saves up to a third of the energy", spared, 0.32, 0.34),
    ("lora", "the logits of Llama 3.1 8B take 3.1 GB", lambda: billed("logits"), 3.1, 3.2),
    ("lora", "activations instead of 8.6", lambda: billed("activations", checkpointing=False), 8.55, 8.65),
    ("lora", "computes the rest again in the backward pass: 0.8 GB", lambda: billed("activations"), 0.75, 0.85),
    ("lora", "At 256 tokens it saves 1 GB", lambda: billed("activations", length=256, checkpointing=False) - billed("activations", length=256), 0.9, 1.1),
    ("lora", "half more work with LoRA", lambda: finetune_memory.FORWARD / (finetune_memory.FORWARD + finetune_memory.BACK), 0.5, 0.5),
    ("lora", "Hugging Face takes up to two fifths more than these estimates", lambda: max(off("unsloth")), 1.35, 1.45),
    ("lora", "torchtune about a tenth less", lambda: mean(off("torchtune")), 0.88, 0.94),
    ("distillation", "A small network (3,206 parameters)", lambda: parameters("cnn-4x3"), 3_206, 3_206),
    ("distillation", "at 100 all classes are nearly alike", lambda: apart(100), 1, 1.3),
    ("distillation", "on average the student gains more than twenty percentage points", lambda: mean(taught().gained(labelled=50, unlabelled=19_950)), 20, 25),
    ("distillation", "it ends one or two percentage points below a student", lambda: min(behind(0, alpha=1.0, unlabelled=20_000)), 0.5, 2.5),
    ("distillation", "it ends one or two percentage points below a student", lambda: max(behind(0, alpha=1.0, unlabelled=20_000)), 0.5, 2.5),
    ("distillation", "it even costs this student about a percentage point", lambda: mean(behind(20_000)), 0.7, 1.4),
    ("distillation", "the file of a student is 3 kB", lambda: packed_in(2, "cnn-8x3"), 2_500, 3_499),
    ("distillation", "with the teacher, which adds one to four percentage points", lambda: min(of_two_bits()), 1, 4),
    ("distillation", "with the teacher, which adds one to four percentage points", lambda: max(of_two_bits()), 1, 4),
    ("distillation", "2,000 of them add three to four percentage points on top", lambda: mean(study.distillation.minus(taught().of("taught", unlabelled=2_000), taught().of("taught"))), 3, 4),
    ("distillation", "Rounded to one bit the large teacher still has more bytes", lambda: taught().bytes("one bit") / taught().bytes("small"), 1.01, 2),
    ("distillation", "rounded to six bits it has fewer bytes", lambda: taught().bytes("six bits") / taught().bytes("largest"), 0.9, 0.99),
    ("distillation", "until a tenth of 2,000 training images", lambda: steps.NAMED_ON * ShiftBias(0).share / 100, 200, 200),
    ("distillation", "The taught one finds about half of the shirts", lambda: mean(recalls(6)), 45, 55),
    ("distillation", "seven or eight in ten of the trousers and sneakers", lambda: min(recalls(1, 7)), 65, 85),
    ("distillation", "seven or eight in ten of the trousers and sneakers", lambda: max(recalls(1, 7)), 65, 85),
    ("language-model", "812,288 parameters", small, 812_288, 812_288),
    ("language-model", "the student needs a seventh of the multiplications", lambda: multiplications(language.build(Experiment(ready_written("shakespeare")))) / params(untrained(Written("shakespeare", "llama-64x2", 10))), 6.5, 7.8),
    ("language-model", "one bit more raises perplexity by about a third", lambda: _recorded("nearest", 5, "row", "all"), 1.3, 1.45),
    ("language-model", "nearly triple it", lambda: _recorded("nearest", 4, "row", "all"), 2.6, 3),
    ("language-model", "equally probable tokens it hesitates between, is 110 as stored", lambda: _smollm2()["perplexity"].value, 109.5, 110.5),
    ("language-model", "as uncertain as if 110 tokens were equally probable", lambda: _smollm2()["perplexity"].value, 109.5, 110.5),
    ("language-model", "65 characters for Shakespeare", lambda: language.build(Experiment(ready_written("shakespeare"))).net.shape.vocabulary, 65, 65),
    ("language-model", "49,152 tokens for SmolLM2", lambda: published()["SmolLM2 135M"].vocab, 49_152, 49_152),
    ("language-model", "a model of 110,976 parameters reaches 6.5", lambda: np.exp(_known("alone")["loss"]), 6.45, 6.55),
    ("language-model", "all weights are 0: perplexity is then exactly that of a uniform guess", lambda: _smollm2(QuantizeWeights(2, "tensor"))["perplexity"].value / 49_152, 0.99, 1.01),
    ("language-model", "more than four thousand first names", lambda: len(texts.text("names", "train").split()), 4_000, 5_999),
    ("language-model", "on a play it has never read is 4.6", lambda: np.exp(_known("teacher")["loss"]), 4.55, 4.65),
    ("language-model", "trained by others on 2 trillion tokens", lambda: training_tokens()["SmolLM2 135M"].tokens, 2e12, 2e12),
    ("language-model", "a model of 110,976 parameters", lambda: params(untrained(Written("shakespeare", "llama-64x2", 10))), 110_976, 110_976),
    ("language-model", "is as large a file as the student in 32", lambda: _known("teacher", "4 bits")["packed"] / _known("alone")["packed"], 0.9, 1.1),
    ("language-model", "embeddings and the head, a fifth of this model", lambda: finetune_memory.in_16_bits(published()["SmolLM2 135M"]) / 134_515_008, 0.19, 0.22),
    ("language-model", "a quarter of the file", lambda: _small_file(QuantizeWeights(8)) / _small_file(), 0.24, 0.26),
    ("language-model", "rises more than twentyfold", lambda: _unsure(QuantizeWeights(2)), 20, 30),
    ("language-model", "costs the small model a tenth of its perplexity", lambda: _unsure(QuantizeWeights(4, "tensor")), 1.08, 1.12),
    ("language-model", "The file is only half a bit per weight larger than with one scale per row", lambda: (_bytes(4, "group") - _bytes(4, "row")) * 8 / 134_515_008, 0.45, 0.5),
    ("language-model", "One scale for 32 weights is worth about a fifth bit", lambda: _recorded("nearest", 4, "group", "all") / _recorded("nearest", 5, "row", "all"), 0.9, 1.1),
    ("language-model", "8 bits make the file *larger* than it was", lambda: _bytes(8, "row") / _smollm2()["packed"].value, 1.2, 2),
    ("language-model", "Thirty-six questions with four endings each", lambda: len(quiz.QUESTIONS), 36, 36),
    ("language-model", "its perplexity nearly triples at 4", lambda: _recorded("nearest", 4, "row", "all"), 2.6, 3),
    ("language-model", "with GPTQ on attention and MLP alone, SmolLM2's perplexity doubles", lambda: _recorded("gptq", 3, "group", writing.LAYERS), 1.8, 2.2),
]  # fmt: skip


def _multiply(number: str, node: str = "45 nm") -> float:
    return silicon.operation(number, node).multiply


def _smollm2(*steps):
    return writing.measurement(Experiment(file_source(SMOLLM2), steps))


def _recorded(method: str, bits: int, grain: str, parts: str) -> float:
    after = _smollm2(QuantizeWeights(bits, grain, method=method, parts=parts))
    return after["perplexity"].value / _smollm2()["perplexity"].value


def _bytes(bits: int, grain: str) -> float:
    return _smollm2(QuantizeWeights(bits, grain))["packed"].value


def _known(kind: str, way: str = "as it is") -> dict:
    """What the study found of small language models."""
    return next(row for row in study.read("language")["rows"] if (row["kind"], row["way"]) == (kind, way))


def _small_file(*steps) -> int:
    return sum(map(len, language.build(Experiment(ready_written("shakespeare"), steps)).files.values()))


def _unsure(*steps) -> float:
    return evaluate(Experiment(ready_written("shakespeare"), steps))["perplexity"].value / np.exp(
        _known("teacher")["loss"]
    )


def _two_of_four(format: str) -> float:
    return measured("cnn", Prune(50, structure="2:4", scope="layer"))[f"format_{format}"]


def _as_pullover(picture: int) -> float:
    logits = build.build(shipped("cnn")).net(examples.test_set().images[picture - 1 : picture])
    return logits.softmax(1)[0, fashion_mnist.CLASSES.index("Pullover")].item()


@pytest.mark.parametrize(("page", "words", "computed", "low", "high"), CLAIMS, ids=[claim[1][:40] for claim in CLAIMS])
def test_a_text_says_what_is_computed(page, words, computed, low, high):
    assert words in said(page)
    assert low <= computed() <= high


def test_a_promise_has_no_band_from_nothing_to_all_of_it():
    promised = savings.promised(savings.Shrunk(4, 0.1, 0.25))
    assert (str(promised), promised.band) == ("320×", "")


@pytest.mark.parametrize(
    ("charges", "text"),
    [
        (2.5e-5, "1/40,000 of a phone charge"),
        (0.034, "1/29 of a phone charge"),
        (0.42, "0.42 phone charges"),
        (1, "1 phone charge"),
        (2.5, "2.50 phone charges"),
    ],
)
def test_charges_of_a_phone_are_told_as_people_do(charges, text):
    assert ledger.of_charges(charges) == text


def test_a_share_that_is_clipped_is_no_power_of_ten():
    for clipped, noted in ((1.0, "100.0 % clipped"), (0.00002, "0.002 % clipped")):
        view = quantization_charts.View(np.arange(61.0), np.ones(60), 3, np.arange(3.0), 0.0, clipped, 1.2e-5)
        assert noted in quantization_charts._note(view) and "1.2 × 10⁻⁵" in quantization_charts._note(view)


kinds = st.builds(
    LayerCost,
    st.just("layer"),
    st.integers(1, 10**7),
    st.integers(1, 10**5),
    st.integers(10**5, 2 * 10**5),
    st.tuples(st.integers(1, 10**4)),
    st.tuples(st.integers(1, 10**4)),
)


@given(st.lists(kinds, min_size=1, max_size=4), st.sampled_from(silicon.NODES), st.integers(1, 512))
def test_a_tile_is_the_sum_of_its_bar(some, node, batch):
    barred = silicon.unsourced(node)
    bars = {n: None if n in barred else silicon.of_network(some, n, node, batch=batch) for n in silicon.FORMATS}
    chart = energy_charts.floors(bars, FP32)
    parts, totals = table(chart, "parts"), table(chart, "totals").set_index("bar")
    for number, found in bars.items():
        if found:
            assert totals["text"][number] == str(found["total"])
            assert parts[parts["bar"] == number]["value"].sum() == pytest.approx(totals["total"][number])


@given(
    st.lists(kinds, min_size=1, max_size=3), st.sampled_from(list(savings.FORMAT)), st.sampled_from([0.05, 0.5, 1.0])
)
def test_what_is_left_is_the_sum_of_the_last_bar(some, bits, kept):
    how = savings.Shrunk(bits, kept, 0.25)
    stages = savings.stages(some, how)
    chart = scaling_charts.shrunk_in_steps("title", stages, savings.promised(how))
    assert table(chart, "totals")["text"].iloc[len(stages) - 1] == str(stages["rounded"]["total"])
