"""A member's run in an overlay: what is dealt to them is trained and measured on this server, which posts it to the
class. No browser tells a number."""

from collections.abc import Mapping
from typing import NamedTuple

from lessons.classroom import student
from lessons.classroom.deal import Dealt, dealt, first_seed
from lessons.classroom.opening import Key
from lessons.classroom.participation import Participation
from lessons.experiment import Experiment
from lessons.jobs import ask
from lessons.jobs.events import Outcome
from lessons.jobs.ticket import Ticket
from lessons.live.hub import HUB
from lessons.training.progress import TrainingStep
from lessons.ui.state.overlay import Overlay

Points = list[tuple[float | str, float]]


class Contribution(NamedTuple):
    """What a member's networks have come to."""

    experiment: Experiment
    numbers: Mapping[str, float]
    points: Points


def dealt_to(mine: Participation, overlay: Overlay) -> Dealt:
    """What an overlay deals at a member's place."""
    first = first_seed(mine.activity) if overlay.first is None else overlay.first
    return dealt(mine.place, overlay.values, first)


def measured(overlay: Overlay, its: Dealt, payer: str) -> Contribution | list[Ticket]:
    """What was measured of what is dealt, all of which has been trained here; the tickets as long as it is not."""
    runs = overlay.runs(its)
    tickets = {x: overlay.measures(run, payer) for x, run in runs.items()}
    if not all(ticket.ended and not ticket.error for ticket in tickets.values()):
        return [*tickets.values()]
    found = {x: _quality(ticket, overlay.quality) for x, ticket in tickets.items()}
    *_, last = runs.values()
    points = _learning(last, payer) if overlay.learns else [*found.items()]
    if isinstance(points, Ticket):
        return [points]
    return Contribution(last, {f"{overlay.quality} {x}".strip(): each for x, each in found.items()}, points)


def post(key: Key, mine: Participation, run: Contribution) -> None:
    """Show a run to the class of a member. Raises Refused."""
    student.post(*key, mine.activity, *run)
    HUB.tell(key.code)


def _quality(ticket: Ticket, name: str) -> float:
    result = ticket.result
    return (result.measurement if isinstance(result, Outcome) else result)[name].value


def _learning(run: Experiment, payer: str) -> Points | Ticket:
    """Accuracy (%) by optimiser step, as the training of a network has told. Where nobody knows that any more (the
    server was restarted), it is trained again; its ticket, until that is done."""
    told = ask.tune(run, payer)
    if told.ended and not _accuracies(told):
        told = ask.train(run.source, payer)
    return _accuracies(told) if told.ended else told


def _accuracies(told: Ticket) -> Points:
    steps = (each for each in told.events if isinstance(each, TrainingStep))
    return [(each.step, each.accuracy) for each in steps if each.accuracy is not None]
