"""What pages ask of the workers. They look at the ticket they get; nobody waits on a script thread."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from lessons import store
from lessons.experiment import Experiment, Trained, Written
from lessons.experiment.adapt import LEARNT_BY
from lessons.experiment.text import shipped_names
from lessons.jobs.pool import Pool, Ticket, pool, resident

Writer = Literal[
    "loading",
    "reading",
    "telling",
    "comparing",
    "answering_quiz",
    "looking_inside",
    "watching_flow",
    "timing",
    "checking",
    "exporting",
    "judging",
    "merging",
    "changing",
    "filing",
]
OF_TEXTS = ("adapting", "taking")  # jobs of language models that the resident never does
PATIENCE = 0.04  # seconds a script thread may wait for what takes milliseconds


class Failed(RuntimeError):
    """A job failed; the message says how."""


def measure(experiment: Experiment, urgent: bool = False, payer: str | None = None) -> Ticket:
    """Ask for an Outcome. `urgent`: a reader looks at where it belongs; `payer`: who is charged if nobody asked before."""
    return _ask("measuring", experiment, urgent=urgent, payer=payer)


def train(source: Trained, reader: str, background: bool = False) -> Ticket:
    """Ask for a training run on behalf of a reader; its last event is a Kept. A run that failed is tried again.

    `background`: nobody watches this run itself, and those that are watched go first.
    """
    return _for_reader("training", source, reader, background, again=lambda ticket: ticket.state == "failed")


def tune(experiment: Experiment, reader: str, background: bool = False) -> Ticket:
    """Ask for all the trainings of a recipe on behalf of a reader; the last event is the Kept experiment. A run that failed
    or was stopped is taken up again."""
    job = _trained_by(experiment)
    return _for_reader(job, experiment, reader, background, lambda ticket: ticket.ended and not tuned(experiment))


def tuning(experiment: Experiment) -> Ticket | None:
    """The trainings of a recipe that are under way, whoever asked for them."""
    ticket = pool().asked_before((_trained_by(experiment), experiment))
    return ticket if ticket and not ticket.ended else None


def tuned(experiment: Experiment) -> bool:
    """Whether every training of an experiment has been done on this machine."""
    source = [experiment.baseline] if isinstance(experiment.source, Trained) else []
    code = LEARNT_BY if experiment.writes else store.PICTURES
    return all(store.has(link.id, code) for link in [*source, *experiment.trainings])


def _trained_by(experiment: Experiment) -> str:
    """The job that does an experiment's trainings."""
    return "adapting" if experiment.writes else "tuning"


def scan(baseline: Experiment, criterion: str, reader: str) -> Ticket:
    """Ask how sensitive each layer is: its events are Scanned."""
    return _ask("scanning", baseline, criterion, long=True, reader=reader, background=True, payer=reader)


def race(experiment: Experiment, payer: str) -> Ticket:
    """Ask for the latencies of a pruned model, by kernel."""
    return _ask("racing", experiment, urgent=True, payer=payer)


def look(experiment: Experiment, picture: int | bytes, payer: str) -> Ticket:
    """Ask for a Look at a test picture, or at a drawing of 28 × 28 bytes; most often it has ended when this returns.

    A drawing is rarely looked at twice and the next one comes at once: its ticket is forgotten.
    """
    ticket = _ask("looking", experiment, picture, urgent=True, payer=payer)
    until = time.monotonic() + PATIENCE
    while not ticket.ended and time.monotonic() < until:
        time.sleep(0.002)
    if ticket.ended and isinstance(picture, bytes):
        pool().forget(ticket)
    return ticket


def listen(teachers: tuple[Experiment, ...], payer: str) -> Ticket:
    """Ask for the mean logits of networks for all test pictures."""
    return _ask("listening", teachers, urgent=True, payer=payer)


def count(model: str, payer: str) -> Ticket:
    """Ask for the LayerCosts of a network."""
    return _ask("counting", model, urgent=True, payer=payer)


def try_weight(experiment: Experiment, layer: str, payer: str) -> Ticket:
    """Ask for OneWeight of a layer."""
    return _ask("trying", experiment, layer, urgent=True, payer=payer)


def pace(experiment: Experiment, payer: str) -> Ticket:
    """Ask for the ratio of a training step's time to a forward pass's."""
    return _ask("pacing", experiment, urgent=True, payer=payer)


def writer(job: Writer, *arguments: Any, payer: str, reader: str | None = None, urgent: bool = True) -> Ticket:
    """Ask for one of the jobs of language models, most of which take an Experiment first: shares of the work that are done, or
    pieces of text, and at last what is asked for. With a `reader` it ends where its last one leaves.

    The resident, which holds one copy for all readers, does it for large models, the other workers for those of this app.
    """
    how = {"urgent": urgent, "reader": reader, "payer": payer}
    return _who_writes(arguments[0]).ask((job, *arguments), f"lessons.jobs.language:{job}", *arguments, **how)


def writer_before(job: Writer, *arguments: Any) -> Ticket | None:
    """The same, if it was asked for before, by whomever."""
    return _who_writes(arguments[0]).asked_before((job, *arguments))


def _who_writes(what: Experiment | str) -> Pool:
    small = isinstance(what, Experiment) and (isinstance(what.source, Written) or what.source.file in shipped_names())
    return pool() if small else resident()


def take(files: Mapping[str, bytes], model: Experiment, payer: str) -> Ticket:
    """Ask to check and keep an uploaded adapter of a model: gives the Adapt it is. The ticket is its asker's alone: files are
    large."""
    ticket = _ask("taking", tuple(sorted(files.items())), model, urgent=True, payer=payer)
    pool().forget(ticket)
    return ticket


def learn(source: Written, reader: str) -> Ticket:
    """Ask for a training run of a language model on behalf of a reader: its events are Steps, Samples, and at last a Kept."""
    how = {"long": True, "reader": reader, "payer": reader}
    key, job = ("learning", source), "lessons.jobs.language:learning"
    ticket = pool().ask(key, job, source, **how)
    if ticket.ended and not (ticket.state == "done" and store.has(Experiment(source).id, store.TEXTS)):
        pool().forget(ticket)
    return pool().ask(key, job, source, **how)


def packed_now(experiment: Experiment) -> bytes:
    """The packed file's bytes. It waits: for a download's own thread. Raises Failed where no worker could make it."""
    return _waited(_ask("packing", experiment, urgent=True))


def gguf_now(experiment: Experiment, payer: str) -> bytes:
    """The GGUF file of a language model. It waits: for a download's own thread. Raises Failed where no worker could make it."""
    return _waited(writer("exporting", experiment, payer=payer))


def adapter_now(experiment: Experiment, payer: str) -> bytes:
    """The files of what a language model has learnt, zipped. It waits: for a download's own thread. Raises Failed where no
    worker could make them."""
    return _waited(writer("filing", experiment, payer=payer))


def _waited(ticket: Ticket) -> bytes:
    while not ticket.ended:
        time.sleep(0.02)
    ticket.pool.forget(ticket)  # files are large, and rarely wanted twice
    if ticket.error:
        raise Failed(ticket.error)
    return ticket.result


def _ask(job: str, *arguments: Any, **how: Any) -> Ticket:
    """The ticket for one of the workers' jobs with these arguments, which name it."""
    place = "language" if job in OF_TEXTS else "work"
    return pool().ask((job, *arguments), f"lessons.jobs.{place}:{job}", *arguments, **how)


def _for_reader(job: str, what: Any, reader: str, background: bool, again: Callable[[Ticket], bool]) -> Ticket:
    """The ticket for a long job; if the one there is must be done `again`, a new one."""
    how = {"long": True, "reader": reader, "background": background, "payer": reader}
    ticket = _ask(job, what, **how)
    if again(ticket):
        pool().forget(ticket)
    return _ask(job, what, **how)
