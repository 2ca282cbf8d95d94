"""The exercises of the lesson on language models."""

from collections.abc import Callable
from typing import NamedTuple

from lessons.exercise import Choice, Goal, MissingLine, Number
from lessons.facts.architectures import models
from lessons.jobs import language, recordings
from lessons.language.results import Inside
from lessons.quantity import Measurement, Quantity, show
from lessons.recorded import writing
from lessons.ui.language_model.first_picture import BEGIN, MOST, points
from lessons.ui.language_model.inside_charts import probabilities
from lessons.ui.language_model.recipe import KEPT
from lessons.ui.language_model.shrink_knobs import BITS
from lessons.ui.language_model.text_panels import HEAT

SURE = 75  # % that the most likely token must keep
FLOAT, WEIGHT = 4.0, 0.5  # bytes of a number in the KV cache, and of a weight in 4 bits


class Rounded(NamedTuple):
    """SmolLM2 with fewer bits a weight, as it was recorded."""

    bits: str
    measured: Measurement
    written: int  # tokens of its continuation
    differ: int  # of these, from the model as stored


def rounded(position: str) -> tuple[Rounded] | None:
    """What the exercises on rounding are about: the bits of the slider, or its default where nothing is rounded; None
    where that was not recorded."""
    bits, there = BITS.default if position == KEPT else position, points()
    measured = writing.measurement(there[bits])
    texts = [recordings.find(language.continuing, there[at], BEGIN, MOST) for at in (bits, KEPT)]
    if not (measured and all(texts)):
        return None
    now, before = (text.result.pieces for text in texts)
    same = sum(one == other for one, other in zip(now, before, strict=False))
    return (Rounded(bits, measured, len(now), len(now) - same),)


def bytes_read(passes: Callable[[int], float]) -> Callable[[Rounded], Quantity]:
    """Bytes of weights that are read for a text. `passes`: through all weights, for so many tokens."""
    return lambda model: Quantity("read", passes(model.written) * model.measured["read"].value, "bytes", "estimated")


AGAIN = Choice(
    "again",
    right=bytes_read(lambda tokens: tokens),
    wrong={
        "once": bytes_read(lambda tokens: 1),
        "every earlier token again": bytes_read(lambda tokens: tokens * (tokens + 1) / 2),
        "bits as bytes": bytes_read(lambda tokens: 8 * tokens),
    },
    said=lambda model: {"bits": model.bits, "size": model.measured["packed"], "tokens": model.written},
)


def percent(value: float) -> Quantity:
    return Quantity("share", value, "%", "estimated")


HESITATES = Choice(
    "hesitates",
    right=lambda model: percent(100 / model.measured["perplexity"].value),
    wrong={
        "perplexity as accuracy": lambda model: percent(model.measured["same"].value),
        "from the loss": lambda model: percent(100 / model.measured["loss"].value),
        "a uniform guess": lambda model: percent(100 / models()["SmolLM2 135M"].vocab),
    },
    said=lambda model: {
        "bits": model.bits,
        "perplexity": model.measured["perplexity"],
        "loss": model.measured["loss"],
        "vocabulary": f"{models()['SmolLM2 135M'].vocab:,}",
    },
)
AGREES = Choice(
    "agrees",
    right=lambda model: percent(model.measured["same"].value),
    wrong={
        "as in the text": lambda model: percent(100 * (1 - model.differ / model.written)),
        "as many bits": lambda model: percent(
            100 * model.measured["packed"].value / model.measured["in 16 bits"].value
        ),
        "nothing moves": lambda model: percent(100.0),
    },
    said=lambda model: {
        "bits": model.bits,
        "differ": model.differ,
        "tokens": model.written,
        "kl": model.measured["kl"],
        "whole": model.measured["in 16 bits"],
    },
)


def middle(seen: Inside) -> int:
    """The row of the map of attention that is asked about, from 1 on."""
    return (len(seen.pieces) + 1) // 2


EARLIER = Choice(
    "earlier",
    right=middle,
    wrong={
        "all of them": lambda seen: len(seen.pieces),
        "not itself": lambda seen: middle(seen) - 1,
        "the last one": lambda seen: 1,
    },
    said=lambda seen: {"row": middle(seen), "tokens": len(seen.pieces)},
)


def top_share(softmax: Callable, seen: Inside, temperature: float) -> Quantity:
    """The largest probability that a softmax gives, in %."""
    return percent(100 * float(softmax(seen.logits, temperature).max()))


def temperature(position: str) -> float:
    """Where the slider stands, or its default where no line for it would matter."""
    return float(HEAT.default if position in ("0", "1") else position)


SOFTMAX = MissingLine(
    "softmax",
    probabilities,
    "raised = np.exp((logits.astype(float) - logits.max()) / temperature)",
    {
        "multiplied": "raised = np.exp((logits.astype(float) - logits.max()) * temperature)",
        "after the exponential": "raised = np.exp(logits.astype(float) - logits.max()) / temperature",
        "no exponential": "raised = (logits.astype(float) - logits.min()) / temperature",
    },
    computed=top_share,
    said=lambda seen, temperature: {"count": f"{len(seen.logits):,}", "temperature": f"{temperature:g}"},
)


def keeps(position: str, seen: Inside) -> bool:
    """Whether the most likely token is as sure at a temperature as it must be."""
    return 100 * probabilities(seen.logits, float(position)).max() >= SURE


def hottest(seen: Inside) -> str:
    """The highest temperature at which it is."""
    return max((position for position in HEAT.options if keeps(position, seen)), key=float)


def verdict(position: str, seen: Inside) -> str:
    if not keeps(position, seen):
        return "too hot"
    return "right" if position == hottest(seen) else "cooler than needed"


def around(seen: Inside) -> str:
    """The probability of the most likely token at that temperature, and at the next, where there is one."""
    at = HEAT.options.index(hottest(seen))
    shares = {position: top_share(probabilities, seen, float(position)) for position in HEAT.options[at : at + 2]}
    return "; ".join(f"{position} → {share}" for position, share in shares.items())


HOTTEST = Goal("hottest", (HEAT.name,), verdict, said=lambda seen: {"share": f"{SURE} %", "around": around(seen)})


def overtaken(numbers: float = 1.0, weight: float = WEIGHT) -> Callable[[Inside], float]:
    """Tokens whose keys and values take as much memory as the weights. `numbers`: for each that a token really adds;
    `weight`: bytes of one."""
    return lambda seen: weight * seen.parameters / (FLOAT * numbers * seen.cache)


OVERTAKES = Number(
    "overtakes",
    "tokens",
    right=overtaken(),
    wrong={
        "as wide as weights": overtaken(weight=FLOAT),
        "keys and values twice": overtaken(numbers=2),
        "every layer again": lambda seen: overtaken(numbers=len(seen.attention))(seen),
    },
    within=0.2,
    said=lambda seen: {
        "parameters": f"{seen.parameters:,}",
        "numbers": f"{seen.cache:,}",
        "weights": show(WEIGHT * seen.parameters, "bytes"),
        "each": show(FLOAT * seen.cache, "bytes"),
        "crossing": f"{overtaken()(seen):,.0f}",
    },
)

OF_ROUNDING = (AGAIN, HESITATES, AGREES)
OF_ITS_INSIDE = (EARLIER, SOFTMAX, HOTTEST, OVERTAKES)
EXERCISES = (*OF_ROUNDING, *OF_ITS_INSIDE)
