"""The four candidates for a task, judged against its requirements: the smallest that meets all of them is
chosen."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from lessons.estimate.candidates import Candidate, candidates
from lessons.estimate.cost import DAY, DAYS
from lessons.estimate.footprint import scaled
from lessons.estimate.requirements import Requirements
from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("estimate")

Alternatives = Mapping[str, Mapping[str, Any]]  # by a name for them: fields of a Requirements


@lru_cache(maxsize=1024)
def judged(need: Requirements) -> tuple[Candidate, ...]:
    """All four, the smallest first, each judged."""
    return tuple(option._replace(against=tuple(_against(option, need))) for option in candidates(need))


def chosen(need: Requirements) -> Candidate | None:
    """The smallest against which nothing speaks."""
    return next((option for option in judged(need) if not option.against), None)


def cloud_against_small(need: Requirements) -> Quantity:
    """How many times as much energy a use takes in the cloud as with the small model on the machine of `need`."""
    _, small, _, cloud = judged(need)
    source = WORDS(
        "cloud against small: formula",
        cloud=cloud.use,
        cloud_model=cloud.model,
        small=small.use,
        small_model=small.model,
        machine=need.machine.name,
    )
    return Quantity("times", cloud.use.value / small.use.value, "×", "estimated", source=source)


def changes(need: Requirements, others: Mapping[str, Alternatives]) -> Iterator[tuple[str, str, Candidate | None]]:
    """What would change the choice: of each thing that is asked, the nearest other value that would, and what would
    then be chosen. `others`: by what is asked, the values it can have in order, each by its name, as fields of a
    Requirements."""
    now = _named(chosen(need))
    for name, values in others.items():
        labels = list(values)
        stands = next((at for at, fields in enumerate(values.values()) if _has(need, fields)), 0)
        for label in sorted(labels, key=lambda label: abs(labels.index(label) - stands)):
            found = chosen(replace(need, **values[label]))
            if _named(found) != now:
                yield name, label, found
                break


def thriftier(need: Requirements) -> Candidate | None:
    """Of the others against which nothing speaks the one that takes the least energy, if that is less than the chosen
    one's."""
    best = chosen(need)
    able = [option for option in judged(need) if not option.against and option.use]
    least = min(able, key=lambda option: option.use.value, default=None)
    return least if best and best.use and least and least.use.value < best.use.value else None


def yearly(option: Candidate, need: Requirements) -> Quantity | None:
    """Wh in a year."""
    if option.use is None:
        return None
    source = WORDS("energy of a year: formula", use=option.use, uses=need.uses, days=DAYS)
    return replace(scaled(option.use, DAYS * need.uses), badge="estimated", source=source)


def _against(option: Candidate, need: Requirements) -> Iterator[str]:
    yield from option.against
    if option.gap is None:
        yield "unknown"
    elif option.gap.value > need.worse:
        yield "quality"
    if option.kind == "cloud" and need.stays:
        yield "privacy"
    if option.year and option.year.value > need.budget:
        yield "budget"
    if option.use and option.year is None:
        yield "price"
    if option.kind in ("small", "local") and option.use is None and "memory" not in option.against:
        yield "energy"
    if option.seconds and option.seconds * need.uses > DAY:
        yield "speed"


def _has(need: Requirements, fields: Mapping[str, Any]) -> bool:
    return all(getattr(need, name) == value for name, value in fields.items())


def _named(option: Candidate | None) -> tuple[str, str] | None:
    return option and (option.kind, option.model)
