"""Speculative decoding, with what the draft model itself takes.

    tokens/s = guessed ÷ (ahead · seconds of a token of the draft model + seconds of one step that checks them all)

A small model drafts `ahead` tokens one after another; the large one then checks them all in one step, for which it
reads its weights once, of experts those that any of the tokens uses, and gives one more token itself. Leviathan et al.,
"Fast Inference from Transformers via Speculative Decoding" (2023).
"""

from dataclasses import replace
from math import inf
from typing import NamedTuple

from lessons.estimate.at_home import Home, suits
from lessons.estimate.engine_efficiency import seconds
from lessons.estimate.roofline import Machine, checking, guessed, writing
from lessons.estimate.transformer import CannotCompute, parameters
from lessons.facts.architectures import Architecture, architectures
from lessons.quantity import Quantity, show
from lessons.text import sections

WORDS = sections("estimate")

SMALLER, PADDING = 4, 128  # times as small as the large one, at least; entries by which vocabularies may differ
MOST = 4e9  # parameters of a model that one would let draft
OTHERWISE = "Q8_0"  # in place of a format the draft model cannot have


class Draft(NamedTuple):
    """What drafts, how far ahead, and how often each token is right."""

    shape: Architecture  # of the small model
    ahead: int  # tokens
    accepted: float  # the probability of each


def same_family(shape: Architecture) -> Architecture | None:
    """The smallest listed model of the same family, with the same vocabulary, that is small enough to draft; None where
    there is none."""
    fitting = [other for other in architectures().values() if _fits(other, shape)]
    return min(fitting, key=parameters, default=None)


def small_models() -> list[str]:
    """Listed models that could draft, by name."""
    return [name for name, shape in architectures().items() if size(shape) < MOST]


def drafting(home: Home, machine: Machine, before: int, draft: Draft) -> Quantity:
    """How many times as many tokens a second a model gives after `before` of them if another drafts; below 1 it slows
    it down. Raises CannotCompute."""
    alone = seconds(writing(home, machine, before), home, machine)
    small = drafts(home, draft.shape)
    each = seconds(writing(small, machine, before), small, machine)
    check = seconds(checking(home, machine, before, draft.ahead + 1), home, machine)
    tokens = guessed(draft.accepted, draft.ahead)
    source = WORDS(
        "drafting: formula",
        tokens=tokens,
        alone=show(alone, "s"),
        ahead=draft.ahead,
        accepted=100 * draft.accepted,
        each=show(each, "s"),
        model=draft.shape.name,
        form=small.form,
        check=show(check, "s"),
    )
    return Quantity("gain", tokens * alone / (draft.ahead * each + check), "×", "estimated", source=source)


def drafted(speed: Quantity, gain: Quantity) -> Quantity:
    """Tokens a second, with drafts."""
    low, value, high = (end and end * gain.value for end in (speed.low, speed.value, speed.high))
    source = WORDS("drafted: formula", speed=speed.source, gain=gain.value, how=gain.source)
    return replace(speed, value=value, low=low, high=high, source=source)


def drafts(home: Home, shape: Architecture) -> Home:
    """The draft model as it runs beside the large one: on the card, in the same format if it can have it."""
    return replace(home, shape=shape, form=home.form if suits(shape, home.form) else OTHERWISE, offload=0)


def related(other: Architecture, shape: Architecture) -> bool:
    """Whether two models are of the same family, with the same vocabulary."""
    return abs(other.vocab - shape.vocab) <= PADDING and _family(other) == _family(shape)


def size(shape: Architecture) -> float:
    """Parameters; infinitely many where they are not modelled."""
    try:
        return parameters(shape)
    except CannotCompute:
        return inf


def _fits(other: Architecture, shape: Architecture) -> bool:
    """Whether one model can draft for another."""
    return size(other) * SMALLER <= parameters(shape) and related(other, shape)


def _family(shape: Architecture) -> str:
    return shape.name.split()[0]
