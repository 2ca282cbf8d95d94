"""What a class keeps of one of its students, as a page to print: what they predicted, and the runs they posted."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

from lessons import paper, prediction, short_link
from lessons.ant import model_in_words
from lessons.catalog import LESSONS
from lessons.classroom.activities import BOARD
from lessons.classroom.own_results import OwnResults, OwnRun, OwnVote
from lessons.experiment import BadExperiment, Experiment
from lessons.live.lesson_link import page_of
from lessons.quantity import show
from lessons.short_link_routes import address
from lessons.text import sections

WORDS = sections("own-page")
TITLES = {lesson.path: lesson.title for lesson in LESSONS}
UNITS = {"accuracy": "%", "bytes": "bytes"}  # of numbers, by their names
POSITION = re.compile(r"[\d.]*")  # of what was dealt, as in "accuracy 80.0"
LABELS = {"accuracy": WORDS["number: accuracy"], "bytes": WORDS["number: bytes"]}


def html(own: OwnResults, origin: str) -> str:
    """All of it. `origin`: of this server as who asks sees it, `http://192.0.2.7:8501`. Raises NoDatabase."""
    who = WORDS("nickname", nickname=own.nickname) if own.nickname else ""
    return paper.page(
        "mine",
        own.classroom,
        who=escape(who),
        predictions=escape(WORDS["predictions"]),
        votes="".join(map(_vote, own.votes)) or _line(WORDS["no question"]),
        runs=escape(WORDS["runs"]),
        posts=_runs(own, origin) if own.runs else _line(WORDS["no run"]),
        footer=escape(WORDS("footer", until=_day(own.kept))),
    )


def _vote(own: OwnVote) -> str:
    """A question with what was answered. What is not revealed yet is not said."""
    said = [WORDS("vote", vote=prediction.shown(own.lesson, own.vote)) if own.vote else WORDS["no vote"]]
    if not own.revealed:
        said.append(WORDS["hidden"])
    elif own.answer:
        answer = prediction.shown(own.lesson, own.answer)
        said.append(WORDS("right" if own.vote == own.answer else "measured", answer=answer))
    else:
        said.append(WORDS["not measured"])
    asked = paper.inline(prediction.question(own.lesson))
    lines = "".join(f"<p><b>{paper.inline(line)}</b></p>" for line in said)
    return f"<section><h2>{escape(TITLES[own.lesson])}</h2><p>{asked}</p>{lines}</section>"


def _runs(own: OwnResults, origin: str) -> str:
    return f"{_best(own, origin)}<table>{paper.table(WORDS['columns'], map(_said, own.runs))}</table>"


def _said(run: OwnRun) -> list[str]:
    """When a run was posted, where, what it is, and all its numbers."""
    activity = WORDS["board"] if run.kind == BOARD else TITLES.get(run.kind, run.kind)
    result = ", ".join(f"{_label(name)} {_number(run, name)}" for name in run.numbers)
    return [_day(run.posted), activity, model_in_words(run.experiment), result]


def _label(name: str) -> str:
    """What a number is of, without a position: the model says that."""
    what, _, of = name.partition(" ")
    label = LABELS.get(what, what)
    return label if POSITION.fullmatch(of) else WORDS("number: of", number=label, of=of)


def _number(run: OwnRun, name: str) -> str:
    value = run.numbers.get(name, "")
    return value if isinstance(value, str) else show(value, UNITS.get(name.partition(" ")[0], ""))


def _best(own: OwnResults, origin: str) -> str:
    """The best model, and the way to open it."""
    if (best := own.best) is None:
        return _line(WORDS["no best"])
    said = WORDS(
        "best", model=model_in_words(best.experiment), size=_number(best, "bytes"), accuracy=_number(best, "accuracy")
    )
    place = _page(best.experiment)
    link = escape(address(short_link.keep(f"/{place}"), origin)[0]) if place else ""
    return f"<p><b>{escape(said)}</b></p>" + (f'<p><a href="{link}">{link}</a></p>' if link else "")


def _page(experiment: Mapping[str, Any]) -> str | None:
    try:
        return page_of(Experiment.from_json(experiment))
    except BadExperiment:
        return None


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _line(words: str) -> str:
    return f"<p>{escape(words)}</p>"
