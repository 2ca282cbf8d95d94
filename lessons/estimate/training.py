"""What training takes: E = FLOP · e_train · PUE, with FLOP ≈ 6 · active parameters · tokens.

e_train is the geometric mean, per hardware generation, of disclosed runs (energy ÷ FLOP): `FITTED`. Every other disclosed
run is a test of it, except those named in `OUTLIERS`, each with its reason.
"""

from dataclasses import replace
from statistics import geometric_mean

from lessons.facts import Figure, Model, TrainingRun, figure, training_runs
from lessons.quantity import Quantity, convert, show

BAND = 2
TYPICAL = 15e12  # tokens: what Llama 3 models were trained with
PUE_IN = {"GPT-3 175B": 1.10}  # its disclosed energy has the building in it: see its row
FITTED = {
    "V100": ("GPT-3 175B",),
    "A100": ("Llama 2 70B", "BLOOM-176B (dynamic)"),
    "H100": ("Llama 3.1 405B", "DeepSeek-V3"),
}
OUTLIERS = {
    "Llama 3 8B": "a small model, with more than twice the device-hours for each FLOP of its large sisters",
    "Llama 3.1 8B": "a small model, with more than twice the device-hours for each FLOP of its large sisters",
    "Llama 3.2 1B": "pruned and distilled from Llama 3.1: its FLOP leave the teachers out, its hours do not",
    "Llama 3.2 3B": "pruned and distilled from Llama 3.1: its FLOP leave the teachers out, its hours do not",
    "Transformer big": "P100s in 2017, before 16-bit training: another generation, with one run of known FLOP",
}


def training_flop(active: float, tokens: float) -> float:
    """FLOP of a training run: 2 a parameter and token forward, 4 backward (Kaplan et al. 2020, §2.1)."""
    return figure("training_flop_factor").value * active * tokens


def flop_of(model: Model, tokens: float | None) -> Quantity:
    """FLOP that a model's training took: with so many tokens, or as listed if there are None; where nothing is listed, with
    `TYPICAL` tokens."""
    if tokens is None and model.training_flop:
        source = f"listed: {model.training_flop_source or model.source}"
        return Quantity("training FLOP", model.training_flop, "FLOP", "cited", source=source)
    read = tokens or TYPICAL
    how = f"6 × {show(model.params_active, 'parameters')} × {show(read, 'tokens')}"
    source = how if tokens else f"{how}; none are listed for this model"
    return Quantity("training FLOP", training_flop(model.params_active, read), "FLOP", "estimated", source=source)


def picojoules_per_flop(run: TrainingRun) -> float | None:
    """What a disclosed run took for each FLOP, without the building, if it disclosed both."""
    if not (run.plot and run.MWh and run.training_flop):
        return None
    return convert(run.MWh / PUE_IN.get(run.model, 1.0), "MWh", "J") / run.training_flop * 1e12


def fitted(generation: str) -> float:
    """e_train in pJ/FLOP of a hardware generation."""
    runs = training_runs()
    return geometric_mean([picojoules_per_flop(run) for run in runs if run.model in FITTED[generation]])


def training_energy(flop: float, generation: str, pue: Figure) -> Quantity:
    """Wh for a run of so many FLOP: boards and building; hosts and development runs are left out."""
    each = fitted(generation)
    watt_hours = convert(flop * each * 1e-12, "J", "Wh") * pue.value
    formula = (
        f"{flop:.3g} FLOP × {each:.3g} pJ/FLOP (from {' and '.join(FITTED[generation])}) × {pue.value:g} (PUE); "
        "boards and building; their hosts and development runs left out"
    )
    return Quantity("training", watt_hours, "Wh", "estimated", watt_hours / BAND, watt_hours * BAND, formula)


def overtakes_after(training: Quantity, a_day: Quantity) -> Quantity:
    """Days until use, at so much a day, has taken as much as training did."""
    days = training.value / a_day.value
    low, high = training.low / (a_day.high or a_day.value), training.high / (a_day.low or a_day.value)
    return Quantity("overtaken", days, "days", "estimated", low, high, f"{training} ÷ {a_day} a day")


def of_each_use(training: Quantity, uses: float) -> Quantity:
    """Training's share in each of so many uses."""
    low, high = training.low / uses, training.high / uses
    return replace(training, value=training.value / uses, low=low, high=high, source=f"{training} ÷ {uses:,.0f} uses")
