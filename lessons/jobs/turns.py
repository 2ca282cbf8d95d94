"""Whose turn it is: visitors take turns, and a visitor runs so many jobs at a time, however many wait."""

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable
from itertools import count

from lessons.jobs.ticket import Ticket

LONG = 2  # long jobs of a visitor that run at a time
REMEMBERED = 1_000  # visitors
Place = tuple[int, int, int, int]


class Turns:
    """The order in which waiting tickets start. `most`: jobs of a visitor that may run at a time, short ones
    included."""

    def __init__(self, most: int | None = None):
        self._most = most
        self._started: OrderedDict[tuple[str | None, bool], int] = OrderedDict()  # when each last had a turn
        self._count = count()

    def places(self, waiting: Iterable[Ticket]) -> dict[Ticket, Place]:
        """Where each waiting ticket stands in the queue, smaller ones first: by its kind, then the first of every
        visitor, then the second of every visitor; among those, who had no turn for longest."""
        queues: dict[tuple[int, str | None], list[Ticket]] = defaultdict(list)
        for ticket in sorted(waiting, key=lambda ticket: ticket.turn):
            queues[ticket.turn[0], ticket.visitor].append(ticket)
        return {
            ticket: (kind, at, self._started.get((visitor, ticket.long), -1), ticket.turn[1])
            for (kind, visitor), queue in queues.items()
            for at, ticket in enumerate(queue)
        }

    def may_start(self, waiting: Iterable[Ticket], running: Iterable[Ticket]) -> list[Ticket]:
        """Those whose visitor, or another reader, has not so many running already."""
        running = list(running)
        all_of = Counter(ticket.visitor for ticket in running)
        long_of = Counter(ticket.visitor for ticket in running if ticket.long)

        def free(visitor: str | None, long: bool) -> bool:
            short_of_most = self._most is None or all_of[visitor] < self._most
            return visitor is None or (short_of_most and (not long or long_of[visitor] < LONG))

        return [
            ticket
            for ticket in waiting
            if any(free(visitor, ticket.long) for visitor in {ticket.visitor, *list(ticket.readers)})
        ]

    def start(self, ticket: Ticket) -> None:
        """Note that a ticket's visitor has had a turn."""
        key = ticket.visitor, ticket.long
        self._started.pop(key, None)
        self._started[key] = next(self._count)
        if len(self._started) > REMEMBERED:
            self._started.popitem(last=False)
