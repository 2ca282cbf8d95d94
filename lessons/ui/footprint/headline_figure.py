"""Somebody else's figure, as a reader writes it: a number and a unit of energy."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from lessons.estimate import footprint
from lessons.quantity import Quantity, convert, show
from lessons.text import sections

WORDS = sections("footprint")
WRITTEN = re.compile(r"\s*(?P<number>[\d.,  ]*\d)\s*(?P<prefix>[µumkKMGT]?)(?P<unit>(?i:wh|j))\b.*", re.DOTALL)
THOUSANDS = re.compile(r"(?<=\d)[, ](?=\d{3}(\D|$))")
PREFIXES = {"µ": 1e-6, "u": 1e-6, "m": 1e-3, "": 1, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
LONGEST = 60  # characters
LEAST, MOST = 1e-5, 1e15  # Wh: what the ladder shows


class NotShown(ValueError):
    """What is written cannot be shown; the message names the section of the text that says why."""


class Headline(NamedTuple):
    """A figure of one use in Wh, and what it counts, one of `footprint.BOUNDARIES`."""

    energy: Quantity
    counts: str

    def peers(self, task: str) -> dict[str, Quantity]:
        """Published figures of such a use that count the same."""
        return footprint.peers(task, self.counts)

    def compared(self, task: str) -> tuple[str, dict[str, str]]:
        """Where it is among its peers, as the section of the text that says so is named, and what that says."""
        peers = sorted(self.peers(task).values(), key=lambda peer: peer.value)
        said = {"energy": str(self.energy), "counts": self.counts, "number": str(len(peers))}
        if not peers:
            return "alone", said
        low, high, value = peers[0].value, peers[-1].value, self.energy.value
        said["span"] = span(peers)
        if value > high:
            return "above", said | {"times": show(value / high, "×")}
        return ("below", said | {"times": show(low / value, "×")}) if value < low else ("within", said)


def span(energies: Sequence[Quantity]) -> str:
    """From the first energy to the last, in words; one of them where they are the same."""
    low, high = str(energies[0]), str(energies[-1])
    return low if low == high else WORDS("to", low=low, high=high)


def read(written: str, counts: str) -> Headline | None:
    """The figure in "3 Wh", "1,000 J" or "0.3 Wh per query"; None where nothing is written.

    Raises NotShown for what is no energy, for 0, and for what is beyond the ladder.
    """
    if not written.strip():
        return None
    match = WRITTEN.fullmatch(written[:LONGEST])
    try:
        number = float(THOUSANDS.sub("", match["number"]).replace(",", "."))
    except (TypeError, ValueError):
        raise NotShown("unreadable") from None
    value = convert(number * PREFIXES[match["prefix"]], match["unit"].capitalize(), "Wh")
    if not LEAST <= value <= MOST:
        raise NotShown("beyond")
    return Headline(Quantity("headline", value, "Wh", "cited", source=WORDS["as you wrote it"]), counts)
