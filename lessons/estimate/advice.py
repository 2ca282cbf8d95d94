"""What would make a language model fit a machine, and what there is room for where it fits: the least change of each
kind by itself, of the setting and of the machine."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from lessons.estimate.at_home import CACHES, LAYERS, Home, fits, larger_formats, needed, smaller, suits
from lessons.estimate.roofline import Machine, several
from lessons.estimate.speculation import related, size
from lessons.facts.architectures import Architecture
from lessons.facts.board_memory import GIB
from lessons.quantity import Quantity, counted
from lessons.text import sections

WORDS = sections("estimate")

ADVISED = ("16 bits", "8 bits", "4 bits")  # caches
ENOUGH = 2  # changes of weights, cache, context or layers that each make it fit
LEAST, MOST = 512, 512  # tokens of a context; conversations at once


class FittingChange(NamedTuple):
    """One change: what it is called, and the setting and the machine with it."""

    called: str  # as a reader is told of it
    home: Home  # the setting with it
    machine: Machine  # with it: all cards together

    @property
    def takes(self) -> Quantity:
        """Bytes that it then takes on the card."""
        return needed(self.home)


def holds(machine: Machine, home: Home) -> bool:
    """Whether a machine holds a model as it is set."""
    return fits(home, machine.memory, machine.main)


def changes(home: Home, machine: Machine, models: Iterable[Architecture] = ()) -> list[FittingChange]:
    """The least of each kind of change of the setting that would make it fit by itself: weights in a smaller format,
    fewer bits for keys and values, less context, fewer conversations at once, layers, or only their experts, left in
    main memory. Where there are not ENOUGH of them, the largest smaller format with some left there, too; where there
    is none at all, with less context. Last, of these `models` the largest smaller one of the family."""
    kinds = (
        ((WORDS("change: format", form=form), replace(home, form=form)) for form in smaller(home)),
        (
            (WORDS("change: cache", cache=cache), replace(home, cache=cache, values=""))
            for cache in ADVISED
            if CACHES[cache] < home.number_bytes
        ),
        (
            (WORDS("change: context", tokens=tokens), replace(home, context=tokens))
            for tokens in _halves(home.context, LEAST)
        ),
        (
            (WORDS("change: batch", conversations=counted(count, "conversation")), replace(home, batch=count))
            for count in _halves(home.batch, 1)
        ),
        *(_more_offloaded(home, machine, only) for only in _ways(home)),
    )
    alone = [*filter(None, (_first(kind, machine) for kind in kinds))]
    together = _both(home, machine) if len(alone) < ENOUGH else None
    together = together or (None if alone else _less_of_both(home, machine))
    return [*alone, *filter(None, (together, _smaller_model(home, machine, models)))]


def more_memory(home: Home, machine: Machine, sizes: Iterable[float]) -> FittingChange | None:
    """The least more main memory, of these `sizes` in bytes, that makes it fit, where what there is does not: with as
    many more layers in it as it takes, or on a machine without a card all of it."""
    if any(_first(_more_offloaded(home, machine, only), machine) for only in _ways(home)):
        return None
    for most in sorted(each for each in sizes if each > (machine.main or machine.memory)):
        called = WORDS("change: main memory", size=most / GIB)
        if not machine.main:
            found = _first([(called, home)], machine._replace(memory=most))
        else:
            other = machine._replace(main=most)
            more = _more_offloaded(home, other, _ways(home)[0])
            found = _first(
                [(called, home), *((WORDS("change: two", one=called, two=two), kept) for two, kept in more)], other
            )
        if found:
            return found
    return None


def more_cards(home: Home, card: Machine, counts: Iterable[int]) -> FittingChange | None:
    """The fewest more of equal cards, of these `counts`, that hold all of it; they share it as the setting says."""
    for count in sorted(count for count in counts if count > home.cards):
        shared, called = replace(home, cards=count, offload=0), WORDS("several cards", cards=count, card=card.name)
        if found := _first([(called, shared)], several(card, count, home.split)):
            return found
    return None


def others(home: Home, groups: Mapping[str, Iterable[Machine]]) -> list[FittingChange]:
    """Of each group of machines the least that holds all of it: the one with the least memory, and of several the
    fastest."""
    alone = replace(home, offload=0, cards=1, split=LAYERS)
    least = needed(alone).value
    found = []
    for machines in groups.values():
        fitting = [machine for machine in machines if machine.memory >= least]
        if fitting:
            sold = lambda machine: round(machine.memory / GIB)  # drivers print a little less, and not all alike
            best = min(fitting, key=lambda machine: (sold(machine), -machine.bandwidth))
            found.append(FittingChange(best.name, alone, best))
    return found


def headroom(home: Home, machine: Machine, longest: int) -> list[FittingChange]:
    """What there is room for, by itself: the largest better format, a context twice and twice as long, up to the
    `longest` that can be set, and so more conversations at once, unless they share one cache."""
    most = min(home.shape.context or home.context, longest)
    crowds = [] if home.server.unified else [*_doubles(home.batch, MOST)]
    kinds = (
        ((WORDS("change: format", form=form), replace(home, form=form)) for form in larger_formats(home)),
        (
            (WORDS("change: context", tokens=tokens), replace(home, context=tokens))
            for tokens in reversed([*_doubles(home.context, most)])
        ),
        (
            (WORDS("change: batch", conversations=counted(count, "conversation")), replace(home, batch=count))
            for count in reversed(crowds)
        ),
    )
    return [*filter(None, (_first(kind, machine) for kind in kinds))]


def _first(settings: Iterable[tuple[str, Home]], machine: Machine) -> FittingChange | None:
    """The first of them that the machine holds."""
    return next((FittingChange(called, home, machine) for called, home in settings if holds(machine, home)), None)


def _both(home: Home, machine: Machine) -> FittingChange | None:
    """A smaller format and layers in main memory together, if that makes it fit."""
    return _first(
        (
            (WORDS("change: two", one=WORDS("change: format", form=form), two=called), replace(other, form=form))
            for form in smaller(home)
            for called, other in _more_offloaded(home, machine, _ways(home)[0])
        ),
        machine,
    )


def _less_of_both(home: Home, machine: Machine) -> FittingChange | None:
    """A smaller format and less context together, the largest that fits."""
    return _first(
        (
            (WORDS("change: format and context", form=form, tokens=tokens), replace(home, form=form, context=tokens))
            for form in smaller(home)
            for tokens in _halves(home.context, LEAST)
        ),
        machine,
    )


def _smaller_model(home: Home, machine: Machine, models: Iterable[Architecture]) -> FittingChange | None:
    """The largest smaller model of the same family that fits, set as this one is."""
    kin = [shape for shape in models if related(shape, home.shape) and suits(shape, home.form)]
    own = size(home.shape)
    return _first(
        (
            (WORDS("change: model", model=shape.name), replace(home, shape=shape, context=context, offload=0))
            for shape in sorted(kin, key=lambda shape: (size(shape), shape.context or 0), reverse=True)
            if size(shape) < own
            for context in [min(home.context, shape.context or home.context)]
        ),
        machine,
    )


def _ways(home: Home) -> tuple[bool, ...]:
    """What can be offloaded, the best way first: only the experts, or whole layers."""
    return (True, False) if home.shape.experts else (False,)


def _more_offloaded(home: Home, machine: Machine, only_experts: bool) -> Iterator[tuple[str, Home]]:
    """More and more layers in main memory, whole or only their experts, where there is one."""
    layers = home.shape.layers
    first = home.offload + 1 if home.only_experts == only_experts else 1
    for count in range(first, layers + 1) if machine.main else ():
        called = WORDS("change: experts" if only_experts else "change: offload", count=count, layers=layers)
        yield called, replace(home, offload=count, only_experts=only_experts)


def _halves(number: int, least: int) -> Iterator[int]:
    """The powers of two below a number, the largest first, not below the `least`."""
    power = 1 << (number - 1).bit_length() >> 1
    while power >= least:
        yield power
        power //= 2


def _doubles(number: int, most: int) -> Iterator[int]:
    """The powers of two above a number, up to the `most`."""
    power = 1 << number.bit_length()
    while power <= most:
        yield power
        power *= 2
