"""A second method for the same question: EcoLogits 0.9.1, and its older fit, as far as their terms are published.

    E = (GPU term · n  +  server power · n/8 · latency / B) · PUE        for each generated token

The GPU term is a regression over active parameters (and batch size B, today). Prompt tokens cost nothing in either; the
hardware's making, which EcoLogits adds, is left out here. Coefficients: `facts/figures.csv`, ecologits_*.
"""

from math import ceil, exp, log2

from lessons.facts import Figure, Model, figure
from lessons.quantity import Quantity


def joules_per_token(model: Model, pue: Figure) -> Quantity:
    """J at the wall for each generated token, today's fit, at the batch it assumes."""
    batch = int(_value("batch"))
    active = model.params_active / 1e9
    gpu = _value("alpha") * exp(_value("beta") * batch) * active + _value("gamma")
    latency = _value("latency_active") * active + _value("latency_batch") * batch + _value("latency_base")
    gpus = gpus_needed(model, _value("bits"))
    server = _value("server_power") * gpus / _value("server_gpus") * latency / 3600 / batch
    return _quantity(
        gpus * gpu + server, pue.value, f"{gpus} GPUs, batches of {batch}; {figure('ecologits_alpha').source}"
    )


def older_joules_per_token(model: Model) -> Quantity:
    """J at the wall for each generated token, the older fit: no batches, 4-bit weights, its own PUE."""
    active = model.params_active / 1e9
    gpu = _value("old_alpha") * active + _value("old_beta")
    latency = _value("old_latency_active") * active + _value("old_latency_base")
    gpus = gpus_needed(model, _value("old_bits"))
    server = _value("old_server_power") * gpus / _value("server_gpus") * latency / 3600
    return _quantity(gpus * gpu + server, _value("old_pue"), f"{gpus} GPUs; {figure('ecologits_old_alpha').source}")


def refit(model: Model, pue: Figure) -> Quantity:
    """How many times today's answer the older fit gave."""
    older, today = older_joules_per_token(model), joules_per_token(model, pue)
    formula = f"{older} ÷ {today} a token of {model.name}"
    return Quantity("refit", older.value / today.value, "×", "estimated", source=formula)


def gpus_needed(model: Model, bits: float) -> int:
    """The smallest power of two of 80 GB GPUs that holds the weights."""
    gigabytes = _value("memory_factor") * model.params_total / 1e9 * bits / 8
    return 2 ** ceil(log2(ceil(gigabytes / _value("gpu_memory"))))


def _value(name: str) -> float:
    return figure(f"ecologits_{name}").value


def _quantity(watt_hours: float, pue: float, how: str) -> Quantity:
    """EcoLogits gives ranges over what providers do not say, but no error of its fit: none is made up here."""
    joules = 3600 * watt_hours * pue
    return Quantity("J/token", joules, "J", "estimated", source=f"{joules / pue:.3g} J × PUE {pue:g}; {how}")
