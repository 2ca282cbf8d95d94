"""A second method for the same question: EcoLogits 0.9.1, and its older fit, as far as their terms are published.

    E = (GPU term · n  +  server power · n/8 · latency / B) · PUE        for each generated token, on n GPUs
    making = latency / (life · B) · (server / 8 + GPU) · n               its share in the making of the hardware, g CO2e

The GPU term is a regression over active parameters (and batch size B, today; before, B is 1). Prompt tokens cost
nothing in either. Coefficients: `facts/figures.csv`, ecologits_*.
"""

from dataclasses import replace
from math import ceil, exp, log2

from lessons.facts import Figure, figure
from lessons.facts.architectures import Architecture
from lessons.quantity import Quantity, counted
from lessons.text import sections

WORDS = sections("estimate")

YEAR, SIGMAS = 365 * 24 * 3600, 1.96  # s; standard deviations of a range that holds 95 %


def joules_per_token(model: Architecture, pue: Figure) -> Quantity:
    """J at the wall for each generated token, today's fit, at the batch it assumes. It comes without an error."""
    batch, gpus = int(_value("batch")), gpus_needed(model)
    gpu = _value("alpha") * exp(_value("beta") * batch) * model.params_active / 1e9 + _value("gamma")
    server = _value("server_power") * gpus / _value("server_gpus") * _latency(model) / 3600 / batch
    how = WORDS("EcoLogits: GPUs", gpus=counted(gpus, "GPU"), batch=batch, source=figure("ecologits_alpha").source)
    return _quantity(gpus * gpu + server, pue.value, how)


def older_joules_per_token(model: Architecture) -> Quantity:
    """J at the wall for each generated token, the older fit: no batches, 4-bit weights, its own PUE; the band is the
    fit's."""
    gpus = older_gpus_needed(model)
    gpu = _value("old_alpha") * model.params_active / 1e9 + _value("old_beta")
    server = _value("old_server_power") * gpus / _value("server_gpus") * _older_latency(model) / 3600
    pue, off = _value("old_pue"), SIGMAS * _value("old_stdev")
    found = _quantity(gpus * gpu + server, pue, f"{counted(gpus, 'GPU')}; {figure('ecologits_old_alpha').source}")
    low, high = (3600 * pue * (gpus * max(gpu + end, 0) + server) for end in (-off, off))
    return replace(found, low=low, high=high)


def making_per_token(model: Architecture) -> Quantity:
    """g CO2e of each generated token's share in the making of GPUs and server, today's figures."""
    batch = int(_value("batch"))
    return _making(gpus_needed(model), _latency(model) / batch, "", WORDS("EcoLogits: shared", batch=batch))


def older_making_per_token(model: Architecture) -> Quantity:
    """The same by the older figures, for one answer at a time."""
    return _making(older_gpus_needed(model), _older_latency(model), "old_", WORDS["EcoLogits: batch size 1"])


def gpus_needed(model: Architecture) -> int:
    """The smallest power of two of 80 GB GPUs that holds the weights, today in 16 bits."""
    return 2 ** ceil(log2(_gpus(model, _value("bits"))))


def older_gpus_needed(model: Architecture) -> int:
    """As many 80 GB GPUs as hold the weights, before in 4 bits: any number of them."""
    return _gpus(model, _value("old_bits"))


def _gpus(model: Architecture, bits: float) -> int:
    gigabytes = _value("memory_factor") * model.params_total / 1e9 * bits / 8
    return ceil(gigabytes / _value("gpu_memory"))


def _latency(model: Architecture) -> float:
    """Seconds a token."""
    active, batch = model.params_active / 1e9, _value("batch")
    return _value("latency_active") * active + _value("latency_batch") * batch + _value("latency_base")


def _older_latency(model: Architecture) -> float:
    return _value("old_latency_active") * model.params_active / 1e9 + _value("old_latency_base")


def _making(gpus: int, seconds: float, old: str, spread: str) -> Quantity:
    made = figure(f"ecologits_{old}server_making")
    server, gpu, life = made.value, _value(f"{old}gpu_making"), _value(f"{old}life")
    grams = 1000 * (server / _value("server_gpus") + gpu) * gpus * seconds / (life * YEAR)
    source = WORDS(
        "making the hardware: formula",
        server=server,
        server_gpus=_value("server_gpus"),
        gpu=gpu,
        gpus=counted(gpus, "GPU"),
        milliseconds=1000 * seconds,
        spread=spread,
        life=life,
        source=made.source,
    )
    return Quantity("making", grams, "g CO2e", "estimated", source=source)


def _value(name: str) -> float:
    return figure(f"ecologits_{name}").value


def _quantity(watt_hours: float, pue: float, formula: str) -> Quantity:
    joules = 3600 * watt_hours * pue
    source = WORDS("EcoLogits: formula", joules=joules / pue, pue=pue, gpus=formula)
    return Quantity("J/token", joules, "J", "estimated", source=source)
