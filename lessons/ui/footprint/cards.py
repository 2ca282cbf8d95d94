"""Cards: what the law says, in its own words, and what an energy is like."""

import streamlit as st

from lessons.estimate import training
from lessons.estimate.footprint import PEOPLE, PICTURES, emissions, like, times
from lessons.facts import ElectricityGrid, Rule, figure, rules
from lessons.quantity import Quantity, show
from lessons.text import sections
from lessons.ui.layout.cite import link
from lessons.ui.layout.figures import badge

WORDS = sections("footprint")
SIDES = {"over": WORDS["is over"], "under": WORDS["is under"], "either": WORDS["either side"]}
PICTURES_IN_LINE = 12  # pictures in a line
ASKED = (
    "energy consumption of the model",
    "compute used for training",
    "10^25 FLOP presumption",
    "open-source exception",
    "confidentiality",
    "data-centre publication >= 500 kW",
)


def law() -> None:
    """What the law asks about energy, closed: each provision's quote, what it means in plain words, its date, its
    source."""
    for topic in ASKED:
        rule = next(rule for rule in rules() if rule.topic == topic)
        with st.expander(f"{rule.law}, {rule.article}: {rule.topic}"):
            st.markdown(_text(rule))


def side(flop: Quantity) -> str:
    """On which side of the AI Act's line of compute a training of so many FLOP is, in words."""
    return SIDES[training.side_of(figure("ai_act_compute").value, flop)]


def everyday(one: Quantity, uses: int, grid: ElectricityGrid) -> None:
    """A line for each number of people: what so many uses a day and person take (Wh) and emit on this grid, and what
    that is like, in words and pictures. `one`: Wh of a use."""
    for who, people in PEOPLE.items():
        energy = times(one, uses * people, WORDS["a day"])
        thing, count = like(energy.value)
        picture = PICTURES[thing.name] * min(PICTURES_IN_LINE, max(1, round(count))) + (
            " …" if count > PICTURES_IN_LINE else ""
        )
        said = {"who": who, "energy": energy, "badge": badge("estimated"), "emitted": emissions(energy, grid)}
        like_it = {"times": show(count, "×"), "thing": thing.label, "pictures": picture}
        st.markdown(WORDS("everyday", **said, **like_it, source=link(show(thing.watt_hours, "Wh"), thing)))


def _text(rule: Rule) -> str:
    applies = WORDS("applies", since=rule.applies_from, to=rule.applies_to)
    parts = [f"> {rule.quote}", rule.plain_summary, applies, rule.note]
    return "\n\n".join([*filter(None, parts), f"{badge('cited')} [{rule.source}]({rule.url})"])
