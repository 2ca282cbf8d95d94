"""The exercises of the lesson on large models at home, about the model and the card that the knobs name."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from lessons.estimate.at_home import CACHE, Home, fits, memory, needed
from lessons.estimate.gguf_size import as_published, bits_a_weight, file_bytes, read_bytes
from lessons.estimate.roofline import Machine, writing
from lessons.estimate.transformer import multiplied, parameters
from lessons.exercise import RIGHT, Choice, Goal, MissingLine, Number
from lessons.facts.architectures import Architecture
from lessons.quantity import Quantity, show
from lessons.text import sections
from lessons.ui.llm_at_home.knobs import CONTEXT, FORMAT, Asked
from lessons.ui.llm_at_home.places import wherever
from lessons.ui.state.knob import count

WORDS = sections("llm-at-home")
SMALL = "Q4_K_M"  # a format of 4 bits that most publish
FEW, MANY = 4, 64  # conversations
SHORT = 1_024  # tokens of each of many conversations
TENTH = 10  # of the layers one is offloaded
GB = 1e9


def alone(asked: Asked) -> Home:
    """One conversation, all of it on the card."""
    return replace(asked.home, batch=1, offload=0)


def named(asked: Asked) -> dict[str, object]:
    """The model, its format and the card, as texts say them."""
    return {"model": asked.home.shape.name, "form": formatted(asked.home), "card": asked.machine.name}


def formatted(home: Home) -> str:
    """The weight format: its name, or for the one in which the model is published, what the slider calls it."""
    if home.form != as_published(home.shape):
        return home.form
    return WORDS("asked: native", bits=f"{bits_a_weight(home.shape, home.form):.2g}")


def of_experts(asked: Asked, sentence: str) -> str:
    """A sentence more about a mixture of experts; of other models none."""
    return f" {sentence}" if asked.home.shape.experts else ""


def read(asked: Asked, tokens: int = 1) -> float:
    """Bytes of weights for so many tokens at once."""
    return read_bytes(asked.home.shape, asked.home.form, tokens)


def billions(asked: Asked) -> float:
    """Weights."""
    return parameters(asked.home.shape) / 1e9


def gigabytes(asked: Asked) -> float:
    """Of the weights in 4 bits."""
    return file_bytes(asked.home.shape, SMALL) / GB


WEIGHTS = Number(
    "weights",
    "GB",
    right=gigabytes,
    wrong={
        "bits for bytes": lambda asked: 8 * gigabytes(asked),
        "a byte a weight": billions,
        "bits in the name": lambda asked: billions(asked) * 4 / 8,
    },
    said=lambda asked: (
        named(asked)
        | {"count": f"{billions(asked):.3g}", "small": SMALL, "bits": f"{bits_a_weight(asked.home.shape, SMALL):.2g}"}
    ),
)


def longest(shape: Architecture) -> int:
    """The most tokens that the slider and the model allow."""
    most = count(CONTEXT.options[-1])
    return min(most, shape.context or most)


def with_context(asked: Asked, share: float = 1) -> Quantity:
    """Bytes on the card with this share of the longest context."""
    return needed(replace(alone(asked), context=int(share * longest(asked.home.shape))))


def without_cache(asked: Asked, share: float) -> Quantity:
    """Bytes at the longest context, less this share of the KV cache."""
    whole = replace(alone(asked), context=longest(asked.home.shape))
    return replace(needed(whole), value=needed(whole).value - share * memory(whole)[CACHE])


HALF = Choice(
    "half",
    right=lambda asked: with_context(asked, 1 / 2),
    wrong={
        "all of it": lambda asked: replace(with_context(asked), value=with_context(asked).value / 2),
        "squared": lambda asked: without_cache(asked, 3 / 4),
        "nothing": with_context,
    },
    said=lambda asked: (
        named(asked)
        | {
            "most": f"{longest(asked.home.shape):,}",
            "half": f"{longest(asked.home.shape) // 2:,}",
            "whole": with_context(asked),
            "kept": show(memory(replace(alone(asked), context=longest(asked.home.shape)))[CACHE], "bytes"),
        }
    ),
)


def cache_of_few(parts: Callable[[Home], Mapping[str, float]], asked: Asked) -> Quantity:
    """Bytes of the KV caches of a few conversations, with this way to add up the parts."""
    return Quantity("kept", parts(replace(alone(asked), batch=FEW))[CACHE], "bytes", "estimated")


CONVERSATIONS = MissingLine(
    "conversations",
    memory,
    "CACHE: home.here * home.batch * _kept(home),",
    {
        "one for all": "CACHE: home.here * _kept(home),",
        "weights again": "CACHE: home.here * home.batch * (_of_layers(home) + _kept(home)),",
        "bits for bytes": "CACHE: home.here * home.batch * _kept(home) / 8,",
    },
    computed=cache_of_few,
    said=lambda asked: named(asked) | {"few": FEW, "context": f"{asked.home.context:,}"},
)


def best(asked: Asked) -> tuple[int, float]:
    """The longest context that fits in any format, and the most bytes of weights that fit with it; nothing where
    nothing fits."""
    homes = map(alone, _places(asked).values())
    return max((_reach(home) for home in homes if fits(home, asked.machine.memory)), default=(0, 0.0))


def _places(asked: Asked) -> dict[tuple[str, ...], Asked]:
    return wherever(asked, CONTEXT, FORMAT)


def _reach(home: Home) -> tuple[int, float]:
    return home.context, file_bytes(home.shape, home.form)


def longest_verdict(context: str, form: str, asked: Asked) -> str:
    """Whether a context and a format are the longest and the largest that fit."""
    home, most = alone(_places(asked)[context, form]), best(asked)
    if not fits(home, asked.machine.memory):
        return "does not fit"
    if home.context < most[0]:
        return "not the longest"
    return RIGHT if _reach(home) == most else "more bits fit"


LONGEST = Goal("longest", (CONTEXT.name, FORMAT.name), longest_verdict, said=named)


def decode(home: Home, machine: Machine, before: int) -> float:
    """Tokens/s at best, after so many tokens."""
    return writing(home, machine, before).per_second


def offloaded(asked: Asked) -> int:
    """Layers that are a tenth of all."""
    return max(1, round(asked.home.shape.layers / TENTH))


def left(asked: Asked) -> Quantity:
    """The share of the speed that is left with a tenth of the layers in main memory."""
    home, machine, before = alone(asked), asked.machine, asked.use.prompt
    slow = decode(replace(home, offload=offloaded(asked)), machine, before)
    return percent(slow / decode(home, machine, before))


def percent(share: float) -> Quantity:
    return Quantity("share", 100 * share, "%", "estimated")


OFFLOAD = Choice(
    "offload",
    right=left,
    wrong={
        "its share of the layers": lambda asked: percent(1 - offloaded(asked) / asked.home.shape.layers),
        "all at the slowest": lambda asked: percent(asked.machine.main_bandwidth / asked.machine.bandwidth),
        "arithmetic goes on": lambda _: percent(1),
    },
    said=lambda asked: (
        named(asked)
        | {
            "moved": offloaded(asked),
            "layers": asked.home.shape.layers,
            "bandwidth": f"{asked.machine.bandwidth / GB:,.4g}",
            "main": f"{asked.machine.main_bandwidth / GB:,.4g}",
        }
    ),
)


def speed(asked: Asked) -> float:
    """Tokens/s of one conversation, at best."""
    return decode(alone(asked), asked.machine, asked.use.prompt)


def why_less(asked: Asked) -> str:
    """Why a token reads less than the whole file, where it does."""
    if asked.home.shape.experts:
        return WORDS["asked: some experts"]
    whole = file_bytes(asked.home.shape, asked.home.form)
    return WORDS["asked: one row"] if read(asked) < 0.999 * whole else ""


SPEED = Number(
    "speed",
    "tokens/s",
    right=speed,
    wrong={
        "arithmetic": lambda asked: asked.machine.peak / (2 * multiplied(asked.home.shape)),
        "bits for bytes": lambda asked: speed(asked) / 8,
    },
    within=0.2,
    said=lambda asked: (
        named(asked)
        | {
            "bandwidth": f"{asked.machine.bandwidth / GB:,.4g}",
            "size": show(file_bytes(asked.home.shape, asked.home.form), "bytes"),
            "read": percent(read(asked) / file_bytes(asked.home.shape, asked.home.form)),
            "why": why_less(asked),
            "unused": of_experts(asked, WORDS["asked: unused"]),
        }
    ),
)


def cards(asked: Asked) -> dict[str, Machine]:
    """Cards with twice as much of one thing, by its name."""
    card = asked.machine
    return {
        "bandwidth": card._replace(bandwidth=2 * card.bandwidth),
        "peak": card._replace(peak=2 * card.peak),
        "memory": card._replace(memory=2 * card.memory),
    }


def fastest(asked: Asked) -> str:
    """What the card has twice that decodes fastest."""
    speeds = {name: decode(alone(asked), card, asked.use.prompt) for name, card in cards(asked).items()}
    return WORDS[f"twice: {max(speeds, key=speeds.__getitem__)}"]


FASTER = Choice(
    "faster",
    right=fastest,
    wrong={
        "peak": lambda _: WORDS["twice: peak"],
        "memory": lambda _: WORDS["twice: memory"],
        "bandwidth": lambda _: WORDS["twice: bandwidth"],
    },
    said=lambda asked: (
        named(asked) | {"intensity": f"{writing(alone(asked), asked.machine, asked.use.prompt).intensity:.2g}"}
    ),
)


def gain(asked: Asked) -> float:
    """How many times as many tokens/s many conversations get together as one alone."""
    one = replace(alone(asked), context=SHORT)
    many = replace(one, batch=MANY)
    return decode(many, asked.machine, SHORT) / decode(one, asked.machine, SHORT)


def times(ratio: float) -> Quantity:
    return Quantity("times", ratio, "×", "estimated")


def weights_together(asked: Asked) -> str:
    """Bytes of weights that many conversations read together; of a mixture of experts one alone reads fewer."""
    together, one = (show(read(asked, tokens), "bytes") for tokens in (MANY, 1))
    return WORDS("asked: together", weights=together, alone=one) if asked.home.shape.experts else together


TOGETHER = Choice(
    "together",
    right=lambda asked: times(gain(asked)),
    wrong={
        "of one conversation": lambda asked: times(gain(asked) / MANY),
        "nothing is shared": lambda _: times(1),
        "all is shared": lambda _: times(MANY),
    },
    said=lambda asked: (
        named(asked)
        | {
            "many": MANY,
            "short": f"{SHORT:,}",
            "weights": weights_together(asked),
            "cache": show(memory(replace(alone(asked), context=SHORT))[CACHE], "bytes"),
            "unshared": of_experts(asked, WORDS["asked: unshared"]),
        }
    ),
)

OF_SPEED = SPEED, FASTER, TOGETHER
EXERCISES = (WEIGHTS, HALF, CONVERSATIONS, LONGEST, OFFLOAD, *OF_SPEED)
