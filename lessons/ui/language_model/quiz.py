"""The quiz, before and after: how many of each kind a model has right."""

import pandas as pd
import streamlit as st

from lessons.data.quiz import KINDS, QUESTIONS, Answered
from lessons.experiment import Experiment
from lessons.jobs import ask, language
from lessons.quantity import Quantity
from lessons.recorded import read, writing
from lessons.text import sections
from lessons.ui.language_model.model_picker import Writer
from lessons.ui.layout.tiles import numbers
from lessons.ui.work.ask_button import asked

WORDS = sections("language-model")
Answers = list[Answered]


def quizzed(writer: Writer, shrunk: Experiment) -> dict[str, Quantity]:
    """Tiles of what a shrunk model has right of the quiz, with what it had before; gives them."""
    before, after = (_counts(place, writer, model) for place, model in _both(writer, shrunk))
    if not (before and after):
        return {}
    found = {kind.capitalize(): after[kind] for kind in after}
    whole = {kind: sum(question.kind == kind for question in QUESTIONS) for kind in KINDS}
    numbers(
        found,
        {
            kind.capitalize(): WORDS("quiz: before", right=int(before[kind].value), guess=f"{whole[kind] / 4:g}")
            for kind in after
        },
    )
    _table(writer, shrunk)
    return found


def _both(writer: Writer, shrunk: Experiment) -> tuple[tuple[str, Experiment], ...]:
    return ("quiz before", writer.model), ("quiz", shrunk)


def _counts(place: str, writer: Writer, model: Experiment) -> dict[str, Quantity] | None:
    known = writing.quiz(model) if writer.large else None
    if known and ask.writer_before(language.answering_quiz, model) is None:
        source = read("smollm2").source
        return {kind: _quantity(kind, right, "recorded", source) for kind, right in known.items()}
    if writer.large and not writer.ready:
        return None
    label = WORDS["quiz unshrunk"] if model == writer.model else WORDS["quiz shrunk"]
    answers: Answers | None = asked(place, label, language.answering_quiz, model, large=writer.large)
    if answers is None:
        return None
    kinds = dict.fromkeys(each.question.kind for each in answers)
    return {
        kind: _quantity(
            kind, sum(each.right for each in answers if each.question.kind == kind), "measured", WORDS["quiz: here"]
        )
        for kind in kinds
    }


def _quantity(kind: str, right: int, badge: str, source: str) -> Quantity:
    count = sum(question.kind == kind for question in QUESTIONS)
    how = WORDS("quiz: how", source=source)
    return Quantity(kind, right, WORDS("quiz: of", count=count), badge, source=how)


def _table(writer: Writer, shrunk: Experiment) -> None:
    """What both answered, where both were asked here."""
    tickets = [ask.writer_before(language.answering_quiz, model) for _, model in _both(writer, shrunk)]
    if not all(ticket and isinstance(ticket.result, list) for ticket in tickets):
        return
    before, after = (ticket.result for ticket in tickets)
    with st.expander(WORDS["quiz: every question"]):
        rows = [
            {
                WORDS["quiz: kind"]: one.question.kind,
                WORDS["quiz: question"]: one.question.begin + " …",
                WORDS["quiz: right"]: one.question.endings[0].strip(),
                WORDS["quiz: chosen before"]: one.question.endings[one.chosen].strip(),
                WORDS["quiz: chosen now"]: other.question.endings[other.chosen].strip(),
            }
            for one, other in zip(before, after, strict=True)
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt=WORDS["quiz in words"])
