"""The decision as one page to print: an HTML file that needs nothing else, for a meeting or a file."""

import datetime
from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

from lessons import paper
from lessons.estimate.candidates import Candidate
from lessons.estimate.requirements import Requirements
from lessons.estimate.selection import chosen, judged, yearly
from lessons.facts.deciding import questions
from lessons.ui.decide.comparison import KINDS, WORDS, money, quality, reasons, verdict
from lessons.ui.decide.knobs import ALONE, BOUGHT, BOUGHT_NOW, KNOBS, NO_LIMIT, PRIVACY, STAYS, WAITS
from lessons.ui.layout.cite import address

COLUMNS = (
    "",
    WORDS["printed: model"],
    WORDS["printed: quality"],
    WORDS["printed: energy of a use"],
    WORDS["printed: energy of a year"],
    WORDS["printed: money of a year"],
    WORDS["printed: against"],
)


def printout(title: str, need: Requirements, lines: Sequence[str]) -> None:
    """A button that gives it."""
    st.download_button(
        WORDS["print"],
        written(title, need, lines, _settings()),
        "do-i-need-a-model-this-large.html",
        "text/html",
        icon=":material/print:",
        on_click="ignore",
    )


def written(title: str, need: Requirements, lines: Sequence[str], settings: str = "") -> str:
    """All of it as HTML."""
    today = datetime.date.today().isoformat()
    return paper.page(
        "printout",
        title,
        asked=paper.inline(WORDS["printed: asked"].format(**_asked(need, settings))),
        verdict=paper.inline(verdict(need)),
        ways=_table(_ways(need)),
        changes=_items(lines),
        questions="".join(_questions()),
        footer=paper.inline(WORDS["printed: footer"].format(today=today)),
    )


def _settings() -> str:
    """The end of the address that gives this page again."""
    stands = {knob.name: st.session_state.get(knob.name) or knob.default for knob in KNOBS}
    return address("/decide?") + urlencode(
        {knob.name: stands[knob.name] for knob in KNOBS if stands[knob.name] != knob.default}
    )


def _asked(need: Requirements, settings: str) -> dict[str, str]:
    return {
        "task": need.task,
        "prompt": f"{need.prompt:,}",
        "answer": f"{need.answer:,}",
        "uses": f"{need.uses:,}",
        "worse": f"{need.worse:g}",
        "machine": need.machine.name,
        "budget": NO_LIMIT if need.budget == float("inf") else WORDS("printed: budget", usd=f"{need.budget:,.0f}"),
        "privacy": STAYS if need.stays else PRIVACY.default,
        "kwh": f"{need.kwh:g}",
        "bought": BOUGHT_NOW if need.bought else BOUGHT.default,
        "waits": ALONE if need.waits else WAITS.default,
        "settings": settings,
    }


def _ways(need: Requirements) -> Iterable[tuple[bool, list[str]]]:
    best: Candidate | None = chosen(need)
    for each in judged(need):
        use, year = each.use, yearly(each, need)
        yield (
            each == best,
            [
                KINDS[each.kind],
                each.model,
                quality(each),
                WORDS("with band", number=use, band=use.band) if use else "",
                str(year or ""),
                money(each),
                "; ".join(reasons(each, need)),
            ],
        )


def _table(rows: Iterable[tuple[bool, list[str]]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in COLUMNS)
    body = "".join(
        f"<tr{' class=chosen' if best else ''}>" + "".join(f"<td>{paper.inline(cell)}</td>" for cell in cells) + "</tr>"
        for best, cells in rows
    )
    return f"<tr>{head}</tr>{body}"


def _questions() -> Iterable[str]:
    asked = questions()
    for whom in dict.fromkeys(each.whom for each in asked):
        items = _items(each.question for each in asked if each.whom == whom)
        yield f"<div><b>{escape(whom.capitalize())}</b><ul>{items}</ul></div>"


def _items(lines: Iterable[str]) -> str:
    return "".join(f"<li>{paper.inline(line)}</li>" for line in lines)
