"""What jobs tell, with its numbers marked: they say by whom they were measured."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from lessons.jobs.events import Outcome
from lessons.quantity import Measurement, Quantity

Mark = Callable[[Quantity], Quantity]


def marked(event: Any, mark: Mark) -> Any:
    """An event with every quantity in it marked."""
    within = partial(marked, mark=mark)
    match event:
        case Quantity():
            return mark(event)
        case Measurement():
            return replace(event, quantities=tuple(map(within, event.quantities)))
        case Outcome():
            timing = event.timing and tuple(map(within, event.timing))
            return replace(event, measurement=within(event.measurement), timing=timing)
        case dict():
            return {name: within(each) for name, each in event.items()}
        case _ if isinstance(getattr(event, "accuracy", None), Quantity):
            return replace(event, accuracy=within(event.accuracy))
    return event
