"""Record what lessons open with: each room's `recorded.questions()`, asked of the workers as a page would ask.

make recordings                          what is not of today's code
python -m lessons.record distillation    one lesson
python -m lessons.record --again         everything once more
"""

import importlib
import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from typing import Any

from lessons import recorded, shared_files
from lessons.experiment import Experiment, shipped
from lessons.jobs import adaptation, language, vision
from lessons.jobs.events import Outcome, Piece, Progress, Waiting
from lessons.jobs.plain_json import encoded
from lessons.jobs.pool import Pool
from lessons.jobs.recordings import Question, code_of, named, read
from lessons.jobs.ticket import Ticket
from lessons.measure import machine
from lessons.quantity import Measurement

ROOMS = ("network", "quantization", "pruning", "distillation", "language_model", "lora")
TRAIN = (vision.training, vision.tuning, language.learning, adaptation.adapting)  # jobs that others build on
FLEETING = (Progress, Waiting, Piece)  # what is not kept of what a job tells
LOOKS = 0.1  # seconds between two looks


class NotRecorded(RuntimeError):
    """A job failed; the message says which, and how."""


def main(arguments: list[str]) -> int:
    again, rooms = "--again" in arguments, [each for each in arguments if each != "--again"]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MODELS_FOR_ANTS_CACHE"] = folder  # nothing is there yet: trainings tell all of their steps
        os.environ[shared_files.SETTING] = shared_files.OFF
        pool = Pool(os.cpu_count() or 1)
        for room in rooms or ROOMS:
            record(room, pool, again)
        pool.close()
    return 0


def record(room: str, pool: Pool, again: bool = False) -> None:
    """Write a lesson's file anew, with what is there of today's code as it is. Raises NotRecorded."""
    asks = importlib.import_module(f"lessons.ui.{room}.recorded")
    questions = list(dict.fromkeys(asks.questions()))
    before = {} if again else {_question(row): row for row in read(room)}
    rows = {question: before.get(named(*question)) for question in questions}
    missing = [q for q, row in rows.items() if row is None or row["code"] != code_of(q)]
    print(f"{room}: {len(missing)} of {len(questions)} to be recorded", flush=True)
    if missing:
        trainings = [q for q in questions if q[0] in TRAIN and any(_builds_on(other, q) for other in missing)]
        tickets = _asked(pool, trainings) | _asked(pool, [each for each in missing if each not in trainings])
        pace = pass_ms(pool)
        rows |= {each: row_of(each, tickets[each], asks.shows_answers(each), pace) for each in missing}
    lines = [json.dumps(row, ensure_ascii=False) for row in rows.values()]
    recorded.results(room, "jsonl").write_text("\n".join([*lines, ""]))


def _builds_on(question: Question, training: Question) -> bool:
    """Whether a question is about what a training makes, or is that training."""
    (made,) = training[1:]
    made = made if isinstance(made, Experiment) else Experiment(made)
    about = [each for each in question[1:] if isinstance(each, Experiment)]
    return question == training or any(made in (*each.links, *each.adaptations) for each in about)


def pass_ms(pool: Pool) -> float:
    """Milliseconds that a forward pass of the shipped network takes on this machine."""
    question = (vision.measuring, shipped())
    return _asked(pool, [question])[question].result.timing[0].value


def row_of(question: Question, ticket: Ticket, answers: bool, pace: float) -> dict[str, Any]:
    """A line: what was asked and told, by which code, when and where, and how long it took at which `pace`. `answers`:
    with those to each test picture, which take most of its room."""
    kept = [event for event in ticket.events if not isinstance(event, FLEETING)]
    told = [event.measurement if isinstance(event, Outcome) else event for event in kept]  # the rest is of a machine
    if not answers:
        told = [replace(event, answers=b"") if isinstance(event, Measurement) else event for event in told]
    return {
        "question": json.loads(named(*question)),
        "code": code_of(question),
        "date": date.today().isoformat(),
        "machine": machine.name(),
        "seconds": round(ticket.seconds, 2),
        "pass_ms": pace,
        "events": [encoded(event) for event in told],
    }


def _asked(pool: Pool, questions: list[Question]) -> dict[Question, Ticket]:
    """What is told of some questions, once all of it is there."""
    tickets = {question: pool.ask(question, *question) for question in questions}
    for question, ticket in tickets.items():
        while not ticket.ended:
            time.sleep(LOOKS)
        if ticket.error:
            raise NotRecorded(f"{named(*question)}: {ticket.error}")
    return tickets


def _question(row: dict[str, Any]) -> str:
    return json.dumps(row["question"], sort_keys=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
