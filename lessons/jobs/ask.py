"""What pages ask of the workers. They look at the ticket they get; nobody waits on a script thread."""

import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from lessons import store
from lessons.experiment import Experiment, Trained, Written
from lessons.experiment.language_source import shipped_names
from lessons.jobs import adaptation, begun, language, machine, recordings, uploads, vision
from lessons.jobs.pool import Pool, pool, resident
from lessons.jobs.recordings import Recording
from lessons.jobs.ticket import Ticket

Work = Callable[..., Iterator[Any]]  # a job
PATIENCE = 0.04  # seconds a script thread may wait for what takes milliseconds


class Failed(RuntimeError):
    """A job failed; the message says how."""


def measure(experiment: Experiment, urgent: bool = False, payer: str | None = None) -> Ticket:
    """Ask for an Outcome. `urgent`: a reader looks at where it belongs; `payer`: who is charged if nobody asked
    before."""
    return _ask(vision.measuring, experiment, urgent=urgent, payer=payer)


def train(source: Trained, reader: str, background: bool = False) -> Ticket:
    """Ask for a training run on behalf of a reader; its last event is a ModelKept. A run that failed is tried again.

    `background`: nobody watches this run itself, and those that are watched go first.
    """
    asking = partial(_ask, vision.training, source)
    return _for_reader(asking, reader, background, again=lambda ticket: ticket.state == "failed")


def tune(experiment: Experiment, reader: str, background: bool = False) -> Ticket:
    """Ask for all the trainings of a recipe on behalf of a reader; the last event is the ModelKept. A run that
    failed or was stopped is taken up again."""
    job = _trains(experiment)
    asking = partial(_who_does(experiment).ask, (job, experiment), job, experiment)
    return _for_reader(asking, reader, background, again=lambda ticket: ticket.ended and not tuned(experiment))


def tuning(experiment: Experiment) -> Ticket | None:
    """The trainings of a recipe that are under way, no matter who asked for them."""
    ticket = _who_does(experiment).asked_before((_trains(experiment), experiment))
    return ticket if ticket and not ticket.ended else None


def tuned(experiment: Experiment) -> bool:
    """Whether every training of an experiment has been done on this machine."""
    source = [experiment.baseline] if isinstance(experiment.source, Trained) else []
    return all(store.has(link.stored_as) for link in [*source, *experiment.trainings])


def lost(what: Experiment | Trained | Written) -> bool:
    """Whether a training that was asked for on this machine was lost with its worker, or with the server."""
    job = {Trained: vision.training, Written: language.learning}.get(type(what)) or _trains(what)
    whose = _who_does(what) if isinstance(what, Experiment) else pool()
    again = whose.asked_before((job, what))
    return begun.lost(job, what) and (again is None or again.ended)


def recorded_training(experiment: Experiment) -> Recording | None:
    """What an experiment's trainings told at another time, if that was recorded."""
    return recordings.find(_trains(experiment), experiment)


def instead(job: Work, *arguments: Any) -> Any:
    """What was recorded of a question about models that have not been trained on this machine; None where they have, or
    it was not."""
    about = [each for each in arguments if isinstance(each, Experiment)]
    recording = None if all(map(tuned, about)) else recordings.find(job, *arguments)
    return recording and recording.result


def _trains(experiment: Experiment) -> Work:
    """The job that does an experiment's trainings."""
    return adaptation.adapting if experiment.adaptations else vision.tuning


def scan(baseline: Experiment, criterion: str, reader: str) -> Ticket:
    """Ask how sensitive each layer is: its events are Scanned."""
    return _ask(vision.scanning, baseline, criterion, long=True, reader=reader, background=True, payer=reader)


def race(experiment: Experiment, payer: str) -> Ticket:
    """Ask for the latencies of a pruned model, by kernel."""
    return _ask(vision.racing, experiment, urgent=True, payer=payer)


def look(experiment: Experiment, picture: int | bytes, payer: str) -> Ticket:
    """Ask for the Activations of a test picture, or of a drawing of 28 × 28 bytes; most often it has ended when this
    returns.

    A drawing is rarely looked at twice and the next one comes at once: its ticket is forgotten.
    """
    ticket = _at_once(_ask(vision.looking, experiment, picture, urgent=True, payer=payer))
    if ticket.ended and isinstance(picture, bytes):
        pool().forget(ticket)
    return ticket


def round_weights(baseline: Experiment, ways: tuple[Experiment, ...], layer: str, payer: str) -> Ticket:
    """Ask for RoundedWeights of a layer; most often it has ended when this returns."""
    return _at_once(_ask(vision.rounding, baseline, ways, layer, urgent=True, payer=payer))


def walk(experiment: Experiment, pictures: tuple[int, ...], payer: str) -> Ticket:
    """Ask for the Walk of some test images; most often it has ended when this returns."""
    return _at_once(_ask(vision.walking, experiment, pictures, urgent=True, payer=payer))


def wire(baseline: Experiment, ways: tuple[Experiment, ...], payer: str) -> Ticket:
    """Ask for the Wiring of a network and of what pruning it in these ways leaves; most often it has ended when this
    returns."""
    return _at_once(_ask(vision.wiring, baseline, ways, urgent=True, payer=payer))


def listen(teachers: tuple[Experiment, ...], payer: str) -> Ticket:
    """Ask for the mean logits of networks for all test pictures."""
    return _ask(vision.listening, teachers, urgent=True, payer=payer)


def begin(teachers: tuple[Experiment, ...], student: Trained, count: int, payer: str) -> Ticket:
    """Ask for the logits of test images by teachers, and by a student that has learnt nothing yet; most often it has
    ended when this returns."""
    return _at_once(_ask(vision.beginning, teachers, student, count, urgent=True, payer=payer))


def count(model: str, payer: str) -> Ticket:
    """Ask for the LayerCosts of a network."""
    return _ask(vision.counting, model, urgent=True, payer=payer)


def try_weight(experiment: Experiment, layer: str, payer: str) -> Ticket:
    """Ask for OneWeight of a layer."""
    return _ask(vision.trying, experiment, layer, urgent=True, payer=payer)


def pace(experiment: Experiment, payer: str) -> Ticket:
    """Ask for the ratio of a training step's time to a forward pass's."""
    return _ask(vision.pacing, experiment, urgent=True, payer=payer)


def roofs(payer: str) -> Ticket:
    """Ask for the Roofs of this machine: three seconds on all its cores, once for all who ask."""
    return _ask(machine.benching, payer=payer, urgent=True)


def add_words(tokens: int, payer: str) -> Ticket:
    """Ask for the seconds it takes to sort a text of about so many tokens by its words, without a model."""
    return _ask(machine.adding_words, tokens, payer=payer, urgent=True)


def writer(job: Work, *arguments: Any, payer: str, reader: str | None = None, urgent: bool = True) -> Ticket:
    """Ask for one of the jobs of language models or of what they learn, most of which take an Experiment first: shares
    of the work that are done, or pieces of text, and at last what is asked for. With a `reader` it ends where its last
    one leaves.

    The resident, which holds one copy for all readers, does it for large models, the other workers for those of this
    app.
    """
    how = {"urgent": urgent, "reader": reader, "payer": payer}
    return _who_does(arguments[0]).ask((job, *arguments), job, *arguments, **how)


def writer_before(job: Work, *arguments: Any) -> Ticket | None:
    """The same, if it was asked for before, by whomever."""
    return _who_does(arguments[0]).asked_before((job, *arguments))


def name(experiment: Experiment, pictures: str, payer: str) -> Ticket:
    """Ask for what a network takes some test pictures for, altered in a way or as they are: gives NamedPictures."""
    return _ask(adaptation.naming, experiment, pictures, urgent=True, payer=payer)


def take(files: Iterable[tuple[str, bytes]], model: Experiment, payer: str) -> Ticket:
    """Ask to check and keep an uploaded adapter of a model: gives it as a Taken. The ticket is its asker's alone: files
    are large."""
    ticket = writer(adaptation.taking, model, tuple(files), payer=payer)
    ticket.pool.forget(ticket)
    return ticket


def read(reader: str, files: Iterable[tuple[str, bytes]], payer: str) -> Ticket:
    """Ask the limited process for the parts that one of its readers, `module:function`, finds in files that somebody
    brought; most often it has ended when this returns. The ticket is its asker's alone."""
    ticket = _at_once(_ask(uploads.reading, reader, tuple(files), urgent=True, payer=payer))
    ticket.pool.forget(ticket)
    return ticket


def learn(source: Written, reader: str) -> Ticket:
    """Ask for a training run of a language model on behalf of a reader: its events are TrainingSteps, TextSamples, and
    at last a ModelKept."""
    asking = partial(_ask, language.learning, source)
    there = lambda ticket: ticket.state == "done" and store.has(Experiment(source).stored_as)
    return _for_reader(asking, reader, False, again=lambda ticket: ticket.ended and not there(ticket))


def packed_now(experiment: Experiment) -> bytes:
    """The packed file's bytes. It waits: for a download's own thread. Raises Failed where no worker could make it."""
    return _waited(_ask(vision.packing, experiment, urgent=True))


def gguf_now(experiment: Experiment, payer: str) -> bytes:
    """The GGUF file of a language model. It waits: for a download's own thread. Raises Failed where no worker could
    make it."""
    return _waited(writer(language.exporting, experiment, payer=payer))


def adapter_now(experiment: Experiment, payer: str) -> bytes:
    """The files of what a language model has learnt, zipped. It waits: for a download's own thread. Raises Failed where
    no worker could make them."""
    return _waited(writer(adaptation.filing, experiment, payer=payer))


def _at_once(ticket: Ticket) -> Ticket:
    """A ticket for what takes milliseconds, once it has ended, or after a little while."""
    until = time.monotonic() + PATIENCE
    while not ticket.ended and time.monotonic() < until:
        time.sleep(0.002)
    return ticket


def _waited(ticket: Ticket) -> bytes:
    while not ticket.ended:
        time.sleep(0.02)
    ticket.pool.forget(ticket)  # files are large, and rarely wanted twice
    if ticket.error:
        raise Failed(ticket.complaint)
    return ticket.result


def _ask(job: Work, *arguments: Any, **how: Any) -> Ticket:
    """The ticket for one of the workers' jobs with these arguments, which name it."""
    return pool().ask((job, *arguments), job, *arguments, **how)


def _who_does(what: Experiment | str) -> Pool:
    """Who holds a model, or will read a file."""
    if not isinstance(what, Experiment):
        return resident()
    small = not what.writes or isinstance(what.source, Written) or what.source.file in shipped_names()
    return pool() if small else resident()


def _for_reader(
    asking: Callable[..., Ticket], reader: str, background: bool, again: Callable[[Ticket], bool]
) -> Ticket:
    """The ticket for a long job that is `asking`; if the one there is must be done `again`, a new one."""
    how = {"long": True, "reader": reader, "background": background, "payer": reader}
    ticket = asking(**how)
    if again(ticket):
        ticket.pool.forget(ticket)
    return asking(**how)
