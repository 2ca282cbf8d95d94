"""Do I need a model this large? The ways side by side, on the page: what each takes, what speaks against it, what would
change that."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import streamlit as st

from lessons.estimate import candidates, quality_gap, selection
from lessons.estimate.candidates import Candidate
from lessons.estimate.quality_gap import QualityGap
from lessons.estimate.requirements import Requirements
from lessons.estimate.selection import chosen, yearly
from lessons.experiment import SMOLLM2, Experiment, file_source
from lessons.facts.deciding import questions
from lessons.jobs import ask, language
from lessons.language.results import Benchmark
from lessons.quantity import Quantity, show
from lessons.text import sections
from lessons.ui.decide import charts as drawn
from lessons.ui.decide.knobs import usual
from lessons.ui.layout.figures import badge, row
from lessons.ui.layout.headline import Frame
from lessons.ui.layout.presenter import presenting
from lessons.ui.layout.tiles import Tile, draw, tiles
from lessons.ui.state.handing import Drawn
from lessons.ui.work.ledger import at_the_plug, package_power

ICONS = {
    "none": ":material/rule:",
    "small": ":material/pest_control:",
    "local": ":material/home:",
    "cloud": ":material/cloud:",
}
CENT, LEVEL = 0.01, 0.5  # USD; points
TALL = 315  # pixels of a chart, on a stage
WORDS = sections("deciding")
KINDS = {
    "none": WORDS["way: none"],
    "small": WORDS["way: small"],
    "local": WORDS["way: local"],
    "cloud": WORDS["way: cloud"],
}
RAN = [selection.judged, selection.chosen, candidates.candidates, quality_gap.points]


def frame(need: Requirements, columns: Frame) -> Frame:
    """The smallest that does it, and what it takes; on a stage, which has no first picture, with its `columns`."""
    best = chosen(need)
    shown = _tiles(best) if best else {}
    if best and not presenting() and (energy := yearly(best, need)):
        shown = {WORDS["energy per use"]: best.use, WORDS["energy per year"]: energy}
        shown |= {WORDS["money per year"]: best.year} if best.year else {}
    said = " ".join(filter(None, (verdict(need), thriftier(need))))
    return Frame(tiles(shown), columns.charts if presenting() else (), said)


def side_by_side(need: Requirements, columns: Frame) -> Drawn:
    """The four side by side; and what they take, as the first picture and as numbers."""
    if presenting():
        with st.container(key="in_short"):
            _in_short(need)
    else:
        _cards(need)
    found = selection.judged(need)
    named = {
        WORDS("way and number", way=KINDS[each.kind], label=label): quantity
        for each in found
        for label, quantity in _tiles(each).items()
    }
    return columns.charts, named


def scores(task: str) -> Drawn:
    """The scores that the four are judged by."""
    figure = drawn.scores(task, quality_gap.known(task), KINDS)
    row("scores", figure)
    return [figure], {}


def cloud_against_small() -> Quantity:
    """How many times as much energy a large model in the cloud takes as a small one at home, to sort a text."""
    return selection.cloud_against_small(usual())


def measured_here(need: Requirements) -> dict[str, str] | None:
    """What such a use takes with the small language model that this app runs, as a sentence says it; None where nobody
    has asked for that yet."""
    ticket = ask.writer_before(language.timing, Experiment(file_source(SMOLLM2)))
    if not (ticket and isinstance(ticket.result, Benchmark)):
        return None
    pace, most = ticket.result, max(ticket.result.prefill)
    seconds = need.prompt * pace.prefill[most] / most + need.answer * pace.decode
    wall = at_the_plug(seconds)
    return {
        "length": f"{most}",
        "seconds": f"{seconds:,.3g}",
        "use": str(wall),
        "how": WORDS("how timed", seconds=f"{seconds:,.3g}", power=f"{package_power().value:g}", source=wall.source),
    }


def verdict(need: Requirements) -> str:
    """Which is the smallest that does all that is asked, if any, and how far apart the tests of it lie."""
    best = chosen(need)
    if best is None:
        return WORDS["chosen: nothing"]
    said = WORDS[f"chosen: {best.kind}"].format(model=best.model, use=best.use or "…")
    return f"{said} {spread(best.gap)}"


def spread(gap: QualityGap) -> str:
    """How far behind the best it was in three of four tests, in half of them, and in all."""
    return _told("spread", gap)


def thriftier(need: Requirements) -> str:
    """Which other way would do, too, and take less energy; nothing where none would."""
    other = selection.thriftier(need)
    return WORDS["but"].format(kind=KINDS[other.kind], model=other.model, use=other.use) if other else ""


def would_change(need: Requirements, others: dict[str, selection.Alternatives]) -> list[str]:
    """A line for each of the things asked, of which another value would change the choice; or one that says that none
    would."""
    lines = [
        WORDS[f"change: {'nothing' if found is None else found.kind}"].format(
            knob=knob, value=value, model=found.model if found else ""
        )
        for knob, value, found in selection.changes(need, others)
    ]
    return lines or [WORDS["nothing would"]]


def evidence() -> AbstractContextManager:
    """A closed place for the scores."""
    return st.expander(WORDS["scores"])


def to_ask(begin: Callable[[], None]) -> None:
    """What to ask before a model is used: yourself, a vendor, a regulator; who asks it, in their words. Closed;
    `begin`: draws what stands before it."""
    asked = questions()
    with st.expander(WORDS["to ask"]):
        begin()
        places = st.columns(3)
    for whom, place in zip(dict.fromkeys(each.whom for each in asked), places, strict=True):
        with place:
            st.markdown(WORDS("ask whom", whom=whom))
            for each in asked:
                if each.whom == whom:
                    st.markdown(f"- {each.question} {badge('cited')} [{each.source.partition(':')[0]}]({each.url})")


def reasons(option: Candidate, need: Requirements) -> Iterator[str]:
    """What speaks against an option, a sentence each."""
    seconds = (option.seconds or 0.0) * need.uses
    for name in option.against:
        if name == "quality":
            yield _told("against", option.gap)
        else:
            yield WORDS[f"against: {name}"].format(hours=f"{seconds / 3600:,.0f}", year=option.year or "")


def quality(option: Candidate) -> str:
    """How far behind the best it was found to be."""
    found = option.gap
    if found is None:
        return WORDS["quality: unknown"]
    return WORDS["quality: level"].format(tests=_tests(found)) if found.high < LEVEL else _told("quality", found)


def _told(where: str, gap: QualityGap) -> str:
    """A sentence about how far behind it was, in the words for scores or for wins."""
    kind = "wins" if gap.wins else "one" if len(gap.gaps) == 1 else "some"
    return WORDS[f"{where}: {kind}"].format(
        points=f"{gap.value:.3g}", wins=f"{50 - gap.value:.0f}", median=f"{gap.median:.3g}",
        low=f"{gap.low:.3g}", high=f"{gap.high:.3g}", count=len(gap.gaps),
    )  # fmt: skip


def _tests(gap: QualityGap) -> str:
    return WORDS["tests: one" if len(gap.gaps) == 1 else "tests: some"].format(count=len(gap.gaps))


def money(option: Candidate) -> str:
    """Of a year, in words."""
    if option.year is None:
        return ""
    if option.year.value < CENT:
        return WORDS["less than a cent"]
    band = option.year.band
    return WORDS("with band", number=option.year, band=band) if band else str(option.year)


def _tiles(option: Candidate) -> dict[str, Quantity]:
    shown = {WORDS["per use"]: option.use, WORDS["per year"]: option.year}
    return {label: found for label, found in shown.items() if found and (found.unit != "USD" or found.value >= CENT)}


def _cards(need: Requirements) -> None:
    best = chosen(need)
    for place, option in zip(st.columns(4), selection.judged(need), strict=True):
        with place.container(border=True, height="stretch"):
            mark = " :material/check_circle:" if option == best else ""
            st.markdown(f"**{ICONS[option.kind]} {KINDS[option.kind].capitalize()}**{mark}")
            st.caption(WORDS[f"kind: {option.kind}"].format(model=option.model))
            for label, quantity in _tiles(option).items():
                draw(Tile(label.capitalize(), quantity), framed=False)
            st.markdown(quality(option), help=option.gap and option.gap.source)
            lines = [_time(option), _cheap(option), *reasons(option, need)]
            st.markdown("\n\n".join(line for line in lines if line))


def _in_short(need: Requirements) -> None:
    """For a stage: what speaks against each, first of all; or how far behind it was."""
    for place, option in zip(st.columns(4), selection.judged(need), strict=True):
        said = next(reasons(option, need), None) or _told("meets", option.gap)
        place.markdown(f"**{KINDS[option.kind].capitalize()}**  \n{said}")


def _time(option: Candidate) -> str:
    return WORDS["takes"].format(seconds=show(option.seconds, "s")) if option.seconds else ""


def _cheap(option: Candidate) -> str:
    return money(option) if option.year and option.year.value < CENT else ""
