"""Words against numbers, as in test_claims.py, on the pages that estimate."""

from dataclasses import replace
from functools import lru_cache
from statistics import median

import pytest

from benchmarks import fit_engines
from lessons.estimate import (
    accelerator_energy,
    at_home,
    candidates,
    ecologits,
    engine_efficiency,
    flop,
    footprint,
    format_quality,
    gguf_size,
    growth,
    published_speeds,
    quality_gap,
    requirements,
    roofline,
    roofline_validation,
    savings,
    selection,
    training,
    transformer,
    vllm_graphs,
    vllm_validation,
)
from lessons.estimate.at_home import Home
from lessons.estimate.transformer import size_only
from lessons.experiment import Quantize
from lessons.facts import boards, everyday, figure, grids, published_uses
from lessons.facts.architectures import (
    FITTED,
    HELD,
    GgufFile,
    VllmMemory,
    architectures,
    gguf_files,
    speeds,
    vllm_memory,
)
from lessons.facts.architectures import models as listed
from lessons.facts.board_memory import GIB, driver_memory
from lessons.facts.deciding import ELO, evidence, prices
from lessons.facts.engines import ANY, BACKENDS, MLX, OLD, engines
from lessons.ui.decide import knobs
from lessons.ui.work.this_machine import USABLE
from tests.unit.claims import layers, measured, said

FP32, ONCE, AGAIN = "fp32", float("inf"), 1.0


def months(supply: str) -> float:
    return growth.fitted(growth.supply(supply, 2012)).doubling.value


def parameters(model: str, name: str = "") -> int:
    return sum(layer.parameters for layer in layers(model) if name in layer.name)


def at(form: str = "Q4_K_M", model: str = "Llama 3.1 8B", **how) -> Home:
    return Home(architectures()[model], form, **how)


def card(name: str = "NVIDIA GeForce RTX 4090") -> roofline.Machine:
    return roofline.machine_of(USABLE[name])._replace(main=32 * GIB)


def writes(home: Home, on: str = "NVIDIA GeForce RTX 4090", before: int = 300) -> float:
    return roofline.writing(home, card(on), before).per_second


def ahead(batch: int, form: str = "Q4_K_M") -> float:
    """How many times as fast an RTX 4090 writes as an H100 with 16 bits, at the end of a context of 1,024."""
    home, theirs = (at(each, context=1_024, batch=batch) for each in (form, "fp16"))
    return writes(home, before=1_024) / writes(theirs, "NVIDIA H100 PCIe", 1_024)


def kept(model: str, **how) -> float:
    return at_home.memory(at("Q8_0", model, **{"context": 131_072} | how))[at_home.CACHE]


def room(percent: int) -> float:
    """Bytes left on a card of 24 GB with so much of Llama 3.1 70B elsewhere."""
    home = at(model="Llama 3.1 70B", offload=round(percent / 100 * 80))
    return card().memory - at_home.needed(home).value


def printed(ecc: bool = False) -> dict[str, float]:
    """What drivers print of the GiB a board is sold with, by board: with error correction in memory, or without."""
    shares = {name: seen.MiB / (1024 * boards()[name].memory_GB) for name, seen in driver_memory().items()}
    return {name: share for name, share in shares.items() if (share < 0.95) == ecc}


def terms(name: str) -> list[float]:
    """Of engines on GPUs but MLX: the share of bandwidth in percent, or microseconds of a layer."""
    scale = 100 if name == "bandwidth_share" else 1
    return [scale * getattr(engines()[kind], name) for kind in ("CUDA", "Metal", "Vulkan")]


def of_expected(board: str, model: str = "", form: str = "") -> float:
    """Measured ÷ expected decode speed on a machine, of one model and format or of all, the median."""
    rows = [row for row in published_speeds.written() if row.seen.board == board]
    rows = [row for row in rows if model in row.seen.model and form in row.seen.format]
    return median(row.per_second * engine_efficiency.seconds(row.pace, row.home, row.machine) for row in rows)


def prompts_off() -> list[tuple[float, bool]]:
    """Measured ÷ expected seconds of published prompts, the one that is more over the other, and whether it is of a
    mixture of experts or in a data centre."""
    found = []
    for row in published_speeds.read():
        times = row.pace.tokens / row.per_second / engine_efficiency.seconds(row.pace, row.home, row.machine)
        away = bool(row.home.shape.experts) or row.seen.board.startswith(("NVIDIA A100", "NVIDIA H100"))
        found.append((max(times, 1 / times), away))
    return found


def fitted_to_bandwidth() -> float:
    """The median error in percent of decode that was held out, with one term a kind of engine."""
    off = []
    for kind in set(BACKENDS) - {ANY}:
        rows = fit_engines.of(kind, published_speeds.written())
        times = lambda row: fit_engines.measured(row) / row.pace.moving
        usual = median(times(row) for row in rows if row.seen.use == FITTED)
        off += [100 * abs(usual / times(row) - 1) for row in rows if row.seen.use == HELD]
    return median(off)


def held_error() -> float:
    found = roofline_validation.of_others(published_speeds.written(), published_speeds.read())
    return found["Median error, decode"].value


def expected_of_batch(size: int) -> list[float]:
    """Expected ÷ measured tokens/s of so many conversations."""
    rows = [row for row in published_speeds.written() if row.seen.batch == size]
    return [engine_efficiency.decode(row.pace, row.home, row.machine).value / row.per_second for row in rows]


def eight_bit_integers() -> float:
    """Prompt speed of Llama 3 8B on an RTX 4090 since then in 4 bits ÷ that in 16."""
    rows = [row for row in speeds() if (row.board, row.model) == ("NVIDIA GeForce RTX 4090", "Llama 3 8B")]
    rows = [row for row in rows if row.prompt == 512 and row.prompt_tokens_per_s]
    since = max(row.prompt_tokens_per_s for row in rows if (row.format, row.when) == ("Q4_0", "June 2024"))
    return since / max(row.prompt_tokens_per_s for row in rows if row.format == "fp16")


def off() -> list[float]:
    """Of files made by the rules of today: how far each is from what is estimated, in percent."""
    known = [file for file in gguf_files() if not file.another_rule]
    return [100 * missed(f) for f in known]


def lost(model: str, form: str) -> float:
    """Percent of perplexity, as the first row says that was made without an importance matrix."""
    rows = format_quality.loss(form, 7.5).rows
    return format_quality.percent(next(row for row in rows if row.model == model and not row.guided))


def with_card() -> list[VllmMemory]:
    """Starts of vLLM that nothing was fitted to and that print their card."""
    checks = vllm_validation.vllm_starts()
    return [check.start for check in checks if check.kept is not None]


def older() -> float:
    return next(start.activations_MiB for start in vllm_memory() if start.build == "0.16.0")


def newer() -> float:
    return next(start.activations_MiB for start in vllm_memory() if start.build == "0.17.0")


def missed(file: GgufFile) -> float:
    """The share by which an estimate is off, beside up to 64 bytes for a word of the vocabulary, which a file has."""
    shape = architectures()[file.model]
    size = gguf_size.file_bytes(shape, file.format, guided=file.guided)
    return max(size / file.bytes - 1, 1 - (size + 64 * shape.vocab) / file.bytes, 0)


def scenario(model: str = "Llama 3.1 70B", task: str = "chat", batch: int = 64) -> footprint.Scenario:
    """Where the knobs of the page stand when it opens."""
    usual = next(iter(accelerator_energy.usable().values()))
    return footprint.Scenario(listed()[model], footprint.TASKS[task], usual, "native", batch, figure("pue_microsoft"))


def refitted(model) -> float:
    """How many times today's answer the older fit of EcoLogits gave."""
    return (
        ecologits.older_joules_per_token(model).value / ecologits.joules_per_token(model, figure("pue_microsoft")).value
    )


def use(method: str = "boards", **how) -> float:
    return footprint.METHODS[method](scenario(**how)).value


def reading_and_writing(prompt: int) -> tuple[float, float]:
    """J of a prompt that is read before 500 tokens, and of those."""
    llama, on = listed()["Llama 3.1 70B"], next(iter(accelerator_energy.usable().values()))
    both = accelerator_energy.joules_per_token(llama, on, "native", 64, prompt, 500).value * 500
    read = accelerator_energy.joules_per_token(llama, on, "native", 64, prompt, 1).value
    return read, both - read


def making(grid: str, method: str = "EcoLogits") -> float:
    """Its share in the CO2e of a chat answer."""
    asked = scenario()
    emitted = footprint.emissions(footprint.METHODS[method](asked), grids()[grid])
    total, share = footprint.with_making(emitted, method, asked)
    return share.value / total.value


def overtaken(model: str) -> float:
    """Days until a hundred million people with ten uses a day have taken as much as training."""
    trained = training.energy_of(training.flop_of(listed()[model], None), "H100", figure("pue_microsoft"))
    return training.overtakes_after(trained, footprint.times(footprint.by_boards(scenario(model)), 1e9, "")).value


def told(label: str) -> float:
    """Wh or, of tokens, J, as published."""
    found = next(each for each in published_uses() if each.label == label)
    return found.watt_hours or found.joules_per_token


def nf4(model: str, ours: str = "") -> float:
    """How many times as many J in 4 bits were measured on an RTX 5090 as in 16, or as are estimated for one of
    `ours`."""
    if not ours:
        return told(f"{model} as NF4, RTX 5090") / told(f"{model} as fp16, RTX 5090")
    token = accelerator_energy.joules_per_token(
        listed()[ours], boards()["NVIDIA GeForce RTX 5090"], "int4", 1, 300, 400
    )
    return told(f"{model} as NF4, RTX 5090") / token.value


def thousandfold(label: str, thing: str) -> float:
    return told(label) / everyday()[thing].watt_hours


def needs(task: str, on: str = "", **how) -> requirements.Requirements:
    prompt, answer = requirements.TASKS[task][:2]
    machine = {"machine": card(on), "board": USABLE[on]} if on else {}
    return replace(knobs.usual(), task=task, prompt=prompt, answer=answer, **machine, **how)


def reading_share(task: str) -> float:
    """Of the energy that a large model at home takes for a use: that of the prompt."""
    asked = needs(task)
    use = lambda answer: way("local", replace(asked, answer=answer)).use.value
    written = (use(asked.answer) - use(1)) / (asked.answer - 1) * asked.answer  # each token of it takes as much
    return 1 - written / use(asked.answer)


def way(kind: str, asked: requirements.Requirements) -> candidates.Candidate:
    return next(option for option in selection.judged(asked) if option.kind == kind)


def alone() -> requirements.Requirements:
    return needs("chat", "NVIDIA GeForce RTX 4090", worse=50.0, uses=10, waits=True)


def hours_as_expensive_as_waiting() -> float:
    """Of answering, by the machine of `alone`."""
    found = way("local", replace(alone(), waits=False))
    return 24 * figure("idle_desktop").value / found.use.value * found.seconds / 3600


def most_wins_of_open_models() -> float:
    """Of 100: of those that run at home, and those in the cloud whose shape is known."""
    known = {price.model for price in prices().values() if price.shape}
    rows = [row for row in evidence() if row.task == "chat"]
    best = max(rows, key=lambda row: row.score)
    return max(50 - quality_gap.points(row, best) for row in rows if row.option == "local" or row.model in known)


def far(task: str, kind: str) -> list[float]:
    return [gap.points for gap in quality_gap.of_kind(task, kind).gaps]


def steps(name: str, to: str) -> float:
    """By how much one thing grew from the P100 to another board, in fp32."""
    old, new = boards()["NVIDIA Tesla P100 SXM2"], boards()[f"NVIDIA {to}"]
    return getattr(new, name) / getattr(old, name)


def outgrown(to: str) -> float:
    """How many times more bandwidth grew than arithmetic in fp32."""
    return steps("bandwidth_GB_per_s", to) / steps("fp32_TFLOPS", to)


def gained(to: str) -> float:
    return flop.whole(flop.steps(boards()["NVIDIA Tesla P100 SXM2"], boards()[f"NVIDIA {to}"], "fp32")).value


def gap(offered: str = "fitted", supply: str = "transistor density") -> float:
    wanted, offers = growth.demand("training FLOP", 2012), growth.supply(supply, 2012)
    return growth.gap(growth.fitted(wanted), growth.line(offers, offered), 2012, 2025).value


def arithmetic(model: str) -> float:
    """Its share in the floor of what is left once a network is shrunk, on ordinary hardware."""
    left = savings.stages(layers(model), savings.Shrunk(4, 0.1, 0.25))["rounded"]
    return left["compute"].value / left["total"].value


RYZEN = "AMD Ryzen 9 7950X, Ryzen 7000 (2 channels DDR5-5200)"
CLAIMS = [
    ("scaling", "doubled 1.8 times as often", lambda: months("memory bandwidth") / months("FLOP/J, best"), 1.75, 1.85),
    ("scaling", "more than twice as fast as fp32", lambda: months("FLOP/J, fp32") / months("FLOP/J, best"), 2, 3),
    ("scaling", "ResNet-50's floor is nearly all arithmetic", lambda: _resnet_arithmetic(), 0.85, 1),
    ("footprint", "A classification takes 5 tokens here, reasoning 8,000", lambda: footprint.TASKS["classify"].output, 5, 5),
    ("footprint", "the same model writes twenty times as much", lambda: footprint.TASKS["reasoning"].output / footprint.TASKS["chat"].output, 20, 20),
    ("llm-at-home", "is offered for download as one file of 5 GB", lambda: gguf_size.file_bytes(at().shape, "Q4_K_M") / 1e9, 4.5, 5.5),
    ("llm-at-home", "as much as all its weights", lambda: kept("Llama 3.1 8B") / gguf_size.file_bytes(at().shape, "fp16"), 0.95, 1.1),
    ("llm-at-home", "less than a tenth of the weights, changes", lambda: max(_not_in_experts("gpt-oss 20B"), _not_in_experts("gpt-oss 120B")), 0.01, 0.1),
    ("llm-at-home", "estimates of more than four hundred published files are within 1 %", lambda: sum(each < 1 for each in off()), 401, 500),
    ("llm-at-home", "weights by 0.1 to 2.8 %", lambda: format_quality.loss("Q4_K_M", 7.5).low, 0.05, 0.15),
    ("llm-at-home", "weights by 0.1 to 2.8 %", lambda: format_quality.loss("Q4_K_M", 7.5).high, 2.75, 2.85),
    ("llm-at-home", "billion by 3 %", lambda: format_quality.loss("Q4_K_M", 2).middle, 2.9, 3.2),
    ("llm-at-home", "costs Llama 2 7B 11 %", lambda: lost("Llama 2 7B", "Q2_K"), 10.5, 11.5),
    ("llm-at-home", "Llama 3 8B 56 %", lambda: lost("Llama 3 8B", "Q2_K"), 56, 57),
    ("llm-at-home", "one of 80 GB", lambda: len({each.card_GiB for each in with_card()}), 1, 1),
    ("llm-at-home", "one of 80 GB", lambda: with_card()[0].card_GiB, 79, 80),
    ("llm-at-home", "256, or 1,024 on cards from 70 GiB on", lambda: vllm_graphs.sequences(70 * 2**30), 1024, 1024),
    ("llm-at-home", "kept 2.5 times as much for activations", lambda: older() / newer(), 2.45, 2.55),
    ("llm-at-home", "most within 0.3 %", lambda: sum(each < 0.3 for each in off()) / len(off()), 0.6, 1),
    ("llm-at-home", "Llama 2 7B stores four times as much per token", lambda: kept("Llama 2 7B") / kept("Llama 3.1 8B"), 4, 4),
    ("llm-at-home", "Engines on GPUs reach 81 to 82 % of the data", lambda: min(terms("bandwidth_share")), 80.5, 81.5),
    ("llm-at-home", "81 to 82 % of the data", lambda: max(terms("bandwidth_share")), 81.5, 82.5),
    ("llm-at-home", "MLX 98 %", lambda: 100 * engines()[MLX].bandwidth_share, 97.5, 98.5),
    ("llm-at-home", "was twice as long before 2025", lambda: engines()[OLD].layer_microseconds / engines()["CUDA"].layer_microseconds, 1.8, 2.3),
    ("llm-at-home", "Each layer takes 48 to 184 µs more", lambda: min(terms("layer_microseconds")), 47.5, 48.5),
    ("llm-at-home", "takes 2.4 times as long as another layer", lambda: engines()["Metal"].linear_times, 2.35, 2.45),
    ("llm-at-home", "*IQ2* and *IQ3* as fast as their bytes say", lambda: of_expected(RYZEN, "Llama 3.1 8B", "IQ"), 0.95, 1.1),
    ("llm-at-home", "48 to 184 µs", lambda: max(terms("layer_microseconds")), 183.5, 184.5),
    ("llm-at-home", "16 bits read a prompt 1.2 times as fast", lambda: engines()["CUDA"].unpacking, 1.15, 1.25),
    ("llm-at-home", "4 bits became a tenth faster than 16", lambda: eight_bit_integers(), 1.08, 1.12),
    ("llm-at-home", "An Apple M1 Max decodes 8 billion weights of 4 bits a third slower than expected", lambda: of_expected("Apple M1 Max", "Llama 3 8B", "Q4_K_M"), 0.6, 0.71),
    ("llm-at-home", "a Radeon RX 7900 XT about", lambda: of_expected("AMD Radeon RX 7900 XT"), 0.45, 0.55),
    ("llm-at-home", "Prefill can be three times off", lambda: sum(times < 3 for times, _ in prompts_off()) / len(prompts_off()), 0.9, 1),
    ("llm-at-home", "most for mixtures of experts and in data centres", lambda: sum(away for times, away in prompts_off() if times > 2.5) / sum(times > 2.5 for times, _ in prompts_off()), 0.6, 1),
    ("llm-at-home", "the median error would be 18 %, not 8 %", lambda: fitted_to_bandwidth(), 17.5, 18.5),
    ("llm-at-home", "18 %, not 8 %", lambda: held_error(), 7.5, 8.5),
    ("llm-at-home", "32 conversations are up to two fifths slower than expected", lambda: 1 - 1 / max(expected_of_batch(32)), 0.38, 0.44),
    ("llm-at-home", "with less than a third of the bytes", lambda: gguf_size.read_bytes(at().shape, "Q4_K_M", 1) / gguf_size.read_bytes(at().shape, "fp16", 1), 0.29, 0.333),
    ("llm-at-home", "half the bandwidth is enough", lambda: card().bandwidth / card("NVIDIA H100 PCIe").bandwidth, 0.47, 0.53),
    ("llm-at-home", "A card sold with 24 GB has 24 GiB: 25.8 GB", lambda: card().memory / 1e9, 25.7, 25.85),
    ("llm-at-home", "drivers print 24 GiB less up to 0.6 %", lambda: min(printed().values()), 0.994, 0.995),
    ("llm-at-home", "error correction takes a sixteenth", lambda: median(printed(ecc=True).values()), 0.935, 0.94),
    ("llm-at-home", "With half of its layers offloaded to main memory (*More*) it fits", lambda: room(50), 0, 24e9),
    ("llm-at-home", "the KV cache outgrows the weights", lambda: kept("Llama 3.1 8B") / gguf_size.file_bytes(at().shape, "Q8_0"), 1.1, 3),
    ("llm-at-home", "Eight bits for the cache nearly halve that", lambda: kept("Llama 3.1 8B", cache="8 bits") / kept("Llama 3.1 8B"), 0.5, 0.55),
    ("llm-at-home", "is half as large again as Llama 3.1 8B", lambda: _size("Gemma 3 12B") / _size("Llama 3.1 8B"), 1.4, 1.6),
    ("llm-at-home", "one token reads a tenth of the bytes", lambda: gguf_size.read_bytes(architectures()["Qwen3 30B-A3B"], "Q4_K_M", 1) / gguf_size.file_bytes(architectures()["Qwen3 30B-A3B"], "Q4_K_M"), 0.09, 0.11),
    ("llm-at-home", "all together are many times as fast", lambda: writes(at(context=1_024, batch=64)) / writes(at(context=1_024)), 10, 63),
    ("llm-at-home", "the small card decodes 1.5 times as fast as the large one in 16 bits", lambda: ahead(1), 1.45, 1.6),
    ("llm-at-home", "At batch size 64 it is slower", lambda: ahead(64), 0.5, 0.95),
    ("llm-at-home", "256 conversations do not fit", lambda: at_home.needed(at(context=1_024, batch=256)).value / card().memory, 1, 10),
    ("llm-at-home", "*Q4_K_M* takes 4.9 bits per weight with Llama 3.1 8B", lambda: gguf_size.bits_a_weight(at().shape, "Q4_K_M"), 4.85, 4.95),
    ("llm-at-home", "and more than 6 with SmolLM2 135M", lambda: gguf_size.bits_a_weight(architectures()["SmolLM2 135M"], "Q4_K_M"), 6, 6.5),
    ("llm-at-home", "at 4,096 tokens: nine to one", lambda: kept("Llama 2 7B", context=4_096) / kept("Qwen2.5 7B", context=4_096), 8.5, 9.5),
    ("llm-at-home", "Half the bits, nearly twice the speed", lambda: writes(at("Q8_0")) / writes(at("fp16")), 1.8, 2),
    ("llm-at-home", "from 16 bits to 2: 65 GB", lambda: gguf_size.file_bytes(architectures()["gpt-oss 120B"], "fp16") / 1e9, 64.5, 65.5),
    ("llm-at-home", "65 GB become 62", lambda: gguf_size.file_bytes(architectures()["gpt-oss 120B"], "Q2_K") / 1e9, 61.5, 62.5),
    ("llm-at-home", "costs two thirds of the speed", lambda: 1 - writes(at(offload=3)) / writes(at()), 0.62, 0.7),
    ("footprint", "**Llama 3.1 8B: a ninth of the parameters.**", lambda: _size("Llama 3.1 70B") / _size("Llama 3.1 8B"), 8.5, 9.5),
    ("footprint", "The energy falls nearly as much, to a seventh", lambda: use() / use(model="Llama 3.1 8B"), 6.5, 7.5),
    ("footprint", "and each costs about a third more", lambda: use(task="reasoning") / use() / 20, 1.28, 1.38),
    ("footprint", "five hundred- to six thousandfold", lambda: told("Phi-4-reasoning-plus, reasoning on") / told("Phi-4-reasoning-plus, reasoning off"), 450, 550),
    ("footprint", "six thousandfold when it is switched on", lambda: told("a DeepSeek-R1 variant, reasoning on") / told("a DeepSeek-R1 variant, reasoning off"), 5_500, 6_500),
    ("footprint", "chat answer then takes as much as charging five phones", lambda: use("older EcoLogits", model="Llama 3.1 405B") / everyday()["phone_charge"].watt_hours, 4.8, 5.2),
    ("footprint", "each takes a 45th of the energy", lambda: use(batch=1) / use(batch=64), 44, 46),
    ("footprint", "takes 115 times less energy in a batch of 512 than alone", lambda: use(batch=1) / use(batch=512), 114, 116),
    ("footprint", "hundreds of watt-hours", lambda: footprint.of_medium("video", figure("pue_microsoft")).value, 200, 999),
    ("footprint", "Google's own two are 2.4 times apart", lambda: told("median Gemini text prompt") / told("median Gemini text prompt, narrow boundary"), 2.35, 2.45),
    ("footprint", "In a grid with little carbon, as in France, it is most of the CO₂e by today's EcoLogits", lambda: making("France"), 0.55, 0.9),
    ("footprint", "97 % of uses were within it", lambda: sum(_by_hand().values()) / len(_by_hand()), 0.965, 0.975),
    ("footprint", "most of the others were at 64 or 512 at once", lambda: _others_at(64, 512), 0.6, 1),
    ("footprint", "as much as three kettles of water", lambda: thousandfold("a DeepSeek-R1 variant, reasoning on", "kettle"), 2.6, 3.2),
    ("footprint", "more than two phone charges", lambda: 1_000 * thousandfold("generating 10 tokens of text, mean of several models", "phone_charge"), 2, 3),
    ("footprint", "less than a sixth of a phone charge", lambda: thousandfold("generating one image, mean of several models", "phone_charge"), 1 / 7, 1 / 6),
    ("footprint", "differs more than Llama 3.1 8B does from 70B", lambda: refitted(listed()["Llama 3.1 70B"]) / (use() / use(model="Llama 3.1 8B")), 1.5, 5),
    ("footprint", "at 10,000 tokens of prompt, prefill costs more than decode", lambda: reading_and_writing(10_000)[0] / reading_and_writing(10_000)[1], 1.1, 3),
    ("footprint", "12 to 29 % *more* in models up to 3 billion", lambda: 100 * (nf4("Qwen2.5-3B") - 1), 11.5, 12.5),
    ("footprint", "29 % *more*", lambda: 100 * (nf4("Qwen2-1.5B") - 1), 28.5, 29.5),
    ("footprint", "11 % less in one of 7", lambda: 100 * (1 - nf4("Qwen2-7B")), 10.5, 11.5),
    ("footprint", "in 4 bits are three to four and a half times this page's", lambda: nf4("Qwen2.5-3B", "Qwen2.5 3B"), 3, 4.5),
    ("footprint", "to four and a half times this page's", lambda: nf4("Qwen2-1.5B", "Qwen2.5 1.5B"), 4, 4.6),
    ("footprint", "The building matters less than the batch", lambda: use(batch=1) / use(batch=512) / (1.58 / 1.09), 5, 200),
    ("footprint", "from thousandths of a watt-hour to a few", lambda: min(_published_chat()), 0.001, 0.009),
    ("footprint", "of a watt-hour to a few", lambda: max(_published_chat()), 1.5, 4),
    ("footprint", "use overtakes it within days or weeks", lambda: overtaken("DeepSeek-V3 / R1 671B"), 2, 7),
    ("footprint", "or weeks", lambda: overtaken("Llama 3.1 70B"), 14, 60),
    ("decide", "The larger model has 671 billion weights and uses 37 billion per token", lambda: transformer.multiplied(architectures()["DeepSeek-V3 / R1 671B"]) / 1e9, 36.5, 37.5),
    ("decide", "computes with a hundred times as many weights per token", lambda: transformer.multiplied(architectures()["DeepSeek-V3 / R1 671B"]) / transformer.multiplied(architectures()[candidates.SMALL]), 90, 110),
    ("decide", "a laptop takes more energy per operation than a data centre", lambda: _joules_a_flop(knobs.A_LAPTOP) / _joules_a_flop(card("NVIDIA H100 PCIe")), 5, 50),
    ("decide", "**Sorting texts** is mostly reading", lambda: reading_share("sort texts"), 0.75, 0.95),
    ("decide", "its large model takes nearly twice as much as the larger one in the cloud", lambda: way("local", needs("sort texts")).use.value / way("cloud", needs("sort texts")).use.value, 1.6, 2),
    ("decide", "texts were sorted within 1.1 points of the best in half of the tests", lambda: quality_gap.of_kind("sort texts", "none").median, 1.05, 1.15),
    ("decide", "in a third of them", lambda: sum(42.5 < each < 60.5 for each in far("sort texts", "none")) / len(far("sort texts", "none")), 0.3, 0.36),
    ("decide", "132 behind the best means 32 of 100", lambda: 100 / (1 + 10 ** (132 / 400)), 31.5, 32.5),
    ("decide", "unless it answers for some two and a half hours a day", hours_as_expensive_as_waiting, 2.2, 2.8),
    ("decide", "the newest model here with scores in percent, a price and a published shape", lambda: max(_dates_of_scored()), 2024, 2024),
    ("decide", "take a small part of the cloud's energy", lambda: way("cloud", needs("find in a text")).use.value / way("small", needs("find in a text")).use.value, 10, 100),
    ("decide", "they were 49 points behind", lambda: max(far("find in a text", "small")), 49, 49),
    ("decide", "the best in three of four published tests", lambda: sum(each == 0 for each in far("find in a text", "small")) / len(far("find in a text", "small")), 0.75, 0.75),
    ("decide", "by the one test published for it", lambda: len(way("local", needs("know facts", worse=20.0)).gap.gaps), 1, 1),
    ("decide", "At batch size 1 it takes more energy than a larger model in the cloud", lambda: way("local", _stays()).use.value / way("cloud", _stays()).use.value, 1.5, 10),
    ("decide", "To win 45 of 100 against the best of January 2026 is more than any open model", most_wins_of_open_models, 20, 44),
    ("decide", "for about half a million dollars a year", lambda: way("cloud", needs("find in a text", worse=10.0, uses=1_000_000)).year.value, 450_000, 550_000),
    ("decide", "Nearly all of its energy is waiting", lambda: 1 - way("local", replace(alone(), waits=False)).use.value / way("local", alone()).use.value, 0.95, 1),
    ("decide", "with less than a hundredth", lambda: way("cloud", alone()).use.value / way("local", alone()).use.value, 0.002, 0.01),
    ("decide", "The best costs nine times the budget", lambda: way("cloud", needs("know facts", budget=10.0)).year.value / 10, 8.5, 9.5),
    ("decide", "costs nearly all of it", lambda: way("local", needs("know facts", budget=10.0)).year.value / 10, 0.85, 1),
    ("decide", "a small model was as good in three of four tests", lambda: sum(each == 0 for each in far("sort texts", "small")) / len(far("sort texts", "small")), 0.75, 0.8),
    ("scaling", "twice as many FLOP every 5.29 months", lambda: growth.fitted(growth.demand("training FLOP", 2012)).doubling.value, 5.285, 5.295),
    ("scaling", "Transistor density doubles every 37.5 months", lambda: months("transistor density"), 37.45, 37.55),
    ("scaling", "10.7 to 11.9 months", lambda: growth.fitted(growth.demand("training FLOP", 1950)).doubling.low, 10.65, 10.75),
    ("scaling", "to 11.9 months", lambda: growth.fitted(growth.demand("training FLOP", 1950)).doubling.high, 11.85, 11.95),
    ("scaling", "since about 2010 they grow twice as fast", lambda: growth.fitted(growth.demand("training FLOP", 1950)).slope / growth.fitted(growth.demand("training FLOP", 2010)).slope, 0.4, 0.6),
    ("scaling", "leave a gap of millions in 2025", lambda: gap("24"), 2e6, 20e6),
    ("scaling", "grew 40 million times more than transistor density", gap, 38e6, 42e6),
    ("scaling", "became about 250 times cheaper in energy", lambda: flop.whole(flop.steps(boards()["NVIDIA Tesla P100 SXM2"], boards()["NVIDIA B200"])).value, 245, 255),
    ("scaling", "but only 1.8 times in 32 bits", lambda: gained("B200"), 1.75, 1.85),
    ("scaling", "leave the small network at 14× on ordinary hardware", lambda: savings.saved(layers("cnn"), savings.Shrunk(4, 0.1, 0.25)).value, 13.5, 14.5),
    ("scaling", "the gap is a fifth of what it was", lambda: gap("24") / gap(), 0.18, 0.22),
    ("scaling", "**Memory bandwidth: hardly faster than density.**", lambda: months("transistor density") / months("memory bandwidth"), 1, 1.2),
    ("scaling", "Operations per joule in fp32 grow slowest of all", lambda: min(months("FLOP/J, fp32") / months(each) for each in growth.SUPPLIES if each != "FLOP/J, fp32"), 1.1, 1.5),
    ("scaling", "the fit since 2010 should agree", lambda: 2 ** growth.fitted(growth.demand("training FLOP", 2010)).slope, 4.3, 4.9),
    ("scaling", "the H100 does better in fp32 than the B200", lambda: gained("H100 SXM5 80GB") / gained("B200"), 1.2, 2),
    ("scaling", "From the A100 on, a board draws more power", lambda: steps("tdp_W", "A100 SXM4 80 GB"), 1.1, 1.5),
    ("scaling", "From the A100 on", lambda: steps("tdp_W", "Tesla V100 SXM2"), 1, 1),
    ("scaling", "the other way round with the A100 and the B200", lambda: min(outgrown("A100 SXM4 80 GB"), outgrown("B200")), 1.1, 3),
    ("scaling", "and not with the V100 and the H100", lambda: max(outgrown("Tesla V100 SXM2"), outgrown("H100 SXM5 80GB")), 0.5, 0.95),
    ("scaling", "it does nearly the same with fewer weights", lambda: measured()["accuracy"] - measured("depthwise")["accuracy"], 0, 1),
    ("scaling", "the files are about as small", lambda: measured("cnn", Quantize(3))["packed"] / measured("depthwise", Quantize(4))["packed"], 0.95, 1.05),
    ("scaling", "the larger network, rounded more, is more accurate", lambda: measured("cnn", Quantize(3))["accuracy"] - measured("depthwise", Quantize(4))["accuracy"], 5, 50),
    ("scaling", "because it uses each weight often; the small networks' is not", lambda: max(arithmetic("cnn"), arithmetic("depthwise")), 0.2, 0.5),
]  # fmt: skip


def _size(model: str) -> int:
    return architectures()[model].params_total


def _not_in_experts(model: str) -> float:
    found = transformer.parts(architectures()[model])
    return 1 - found.experts / sum(found)


def _stays() -> requirements.Requirements:
    return needs("know facts", "NVIDIA RTX A6000", worse=10.0, stays=True)


def _joules_a_flop(machine: roofline.Machine) -> float:
    """Of a board or laptop at its power and its peak."""
    return (machine.watts or USABLE[machine.name].tdp_W) / machine.peak


def _dates_of_scored() -> list[int]:
    """Years of models with a score in percent, a price and a shape."""
    scored = {row.model for row in evidence() if row.metric != ELO}
    return [architectures()[price.shape].year for price in prices().values() if price.shape and price.model in scored]


def _published_chat() -> list[float]:
    return [each.watt_hours for each in published_uses() if each.task == "chat" and each.watt_hours]


@lru_cache
def _by_hand() -> dict[tuple[str, str, int], bool]:
    """Each listed model is taken for unknown, those of its own shape with it: whether each of its uses, by task and
    batch, is within the band."""
    inside, models_ = {}, listed().values()
    for model in models_:
        shape = (model.layers, model.d_model, model.n_kv_heads, model.head_dim)
        others = [m for m in models_ if (m.layers, m.d_model, m.n_kv_heads, m.head_dim) != shape]
        like = footprint.nearest(model.params_total, bool(model.experts), others)
        guess = size_only(model, "unknown", model.params_total, model.params_active, attention="full", sliding_window=None, n_heads=like.n_heads,
            n_kv_heads=like.n_kv_heads, head_dim=like.head_dim, layers=like.layers, full_layers=like.layers, sliding_layers=0)  # fmt: skip
        for name, task in footprint.TASKS.items():
            for batch in (1, 8, 64, 512):
                asked = (boards()["NVIDIA B200"], "bf16", batch, task.prompt, task.output)
                band = accelerator_energy.joules_per_token(guess, *asked)
                inside[model.name, name, batch] = (
                    band.low < accelerator_energy.joules_per_token(model, *asked).value < band.high
                )
    return inside


def _others_at(*batches: int) -> float:
    others = [batch for (_, _, batch), within in _by_hand().items() if not within]
    return sum(batch in batches for batch in others) / len(others)


def _resnet_arithmetic() -> float:
    left = savings.stages([savings.resnet50()], savings.Shrunk(4, 0.1, 0.25))["rounded"]
    return left["compute"].value / left["total"].value


@pytest.mark.parametrize(("page", "words", "computed", "low", "high"), CLAIMS, ids=[claim[1][:40] for claim in CLAIMS])
def test_a_text_says_what_is_computed(page, words, computed, low, high):
    assert words in said(page)
    assert low <= computed() <= high
