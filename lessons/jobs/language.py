"""The jobs of language models. Those of the resident that holds large ones yield often: it takes turns with the others.

A worker imports what a job computes with; asking for one must not wait for torch, so these imports are in the
functions.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from lessons import store
from lessons.data.quiz import Answered
from lessons.data.texts import CORPORA
from lessons.experiment import Experiment, File, Written, file_source
from lessons.jobs.events import Asked, Continuation, GeneratedText, ModelKept, Piece, Progress, TextSample, Waiting
from lessons.jobs.uploads import MODEL
from lessons.language.results import Benchmark, Flow, Inside, Moved
from lessons.models.bad_file import BadFile
from lessons.quantity import Measurement, Quantity
from lessons.text import sections
from lessons.training.progress import TrainingStep

WORDS = sections("jobs")

if TYPE_CHECKING:
    from torch import nn

    from lessons.language.model import LanguageModel
    from lessons.vision.model import VisionModel

BUILDING = 0.5  # the share of building in the progress of what comes after it
TURNS: deque[tuple[object, Experiment]] = deque()  # those at work and those who wait, in the order in which they came
SAMPLES = 12  # while a model is trained
SAMPLED = 120  # tokens of a sample: of models of letters, characters


def loading(experiment: Experiment, asked: Asked) -> Iterator[int]:
    """Load an unshrunk model, and say how many bytes its weights take."""
    from lessons.language.build import baseline

    model = baseline(experiment.source)
    yield sum(weight.nbytes for weight in model.net.parameters())


def reading(experiment: Experiment, asked: Asked) -> Iterator[Progress | Measurement | Waiting]:
    """How far it is, from 0 to 1, then what is measured of a language model; nothing more once it is to stop."""
    from lessons.language.measure import measuring

    yield from with_model(experiment, asked, partial(measuring, experiment=experiment))


def answering_quiz(experiment: Experiment, asked: Asked) -> Iterator[Progress | list[Answered] | Waiting]:
    """How far it is, then a model's answers to the quiz."""
    from lessons.language.quiz import answering

    yield from with_model(experiment, asked, answering)


def comparing(experiment: Experiment, text: str, asked: Asked) -> Iterator[Progress | list[Moved] | Waiting]:
    """How far the model is, then what shrinking did to its reading of a text, token by token."""
    from lessons.language.compare import compared

    yield from with_model(experiment, asked, lambda model: iter([compared(model, text)]))


def looking_inside(experiment: Experiment, text: str, asked: Asked) -> Iterator[Progress | Inside | Waiting]:
    """How far the model is, then what it makes of a text."""
    from lessons.language.attention import inside

    yield from with_model(experiment, asked, lambda model: iter([inside(model, text)]))


def watching_flow(experiment: Experiment, place: str, layer: int, asked: Asked) -> Iterator[Progress | Flow | Waiting]:
    """How far it is, then how large the numbers are that flow through a model."""
    from lessons.language.outliers import flowing

    yield from with_model(experiment, asked, partial(flowing, place=place, layer=layer))


def timing(experiment: Experiment, asked: Asked) -> Iterator[Progress | Benchmark | Waiting]:
    """How far it is, then how long a model takes to read and to write."""
    from lessons.language.benchmark import pacing

    yield from with_model(experiment, asked, pacing)


def writing_in_turns(experiment: Experiment, asked: Asked) -> Iterator[Progress | dict[str, Quantity] | Waiting]:
    """How far it is, then the tokens/s at which a model writes unshrunk and shrunk, timed in turns."""
    from lessons.language.benchmark import in_turns
    from lessons.language.build import baseline

    def both(shrunk: LanguageModel) -> Iterator[float | dict[str, Quantity]]:
        yield from in_turns({"unshrunk": baseline(experiment.source), "shrunk": shrunk})

    yield from with_model(experiment, asked, both)


def telling(
    experiment: Experiment, begin: str, most: int, temperature: float, seed: int, asked: Asked
) -> Iterator[Progress | Piece | GeneratedText | Waiting]:
    """How far the model is, then what it writes after a text that has begun, a piece a token, and at last all of it."""
    from lessons.language.generate import writing

    def tell(model: LanguageModel) -> Iterator[Piece | GeneratedText]:
        pieces = []
        for piece in writing(model, begin, most, temperature, seed):
            pieces.append(piece)
            yield Piece(piece)
        yield GeneratedText("".join(pieces), len(pieces))

    yield from with_model(experiment, asked, tell)


def continuing(
    experiment: Experiment, begin: str, most: int, asked: Asked
) -> Iterator[Progress | Continuation | Waiting]:
    """How far the model is, then at most `most` tokens that it predicts most likely after a text (greedy decoding)."""
    from lessons.language.generate import writing

    yield from with_model(
        experiment, asked, lambda model: iter([Continuation(tuple(writing(model, begin, most, temperature=0)))])
    )


def checking(path: str, changed: float, asked: Asked) -> Iterator[tuple[File, int]]:
    """The source that a file on this machine is since it was `changed`, and the bytes of memory it would take. Raises
    BadExperiment or BadFile where it is no language model this app can read."""
    from lessons.jobs.limited import read

    try:
        at = Path(path).expanduser()
        needs = int(read(MODEL, [(str(at), b"")])[0])
    except (RuntimeError, OSError) as error:  # nobody of that name has a home; a name too long
        raise BadFile(WORDS("unreadable", why=getattr(error, "strerror", None) or error)) from error
    yield file_source(str(at)), needs


def exporting(experiment: Experiment, asked: Asked) -> Iterator[Progress | bytes | Waiting]:
    """How far the model is, then the GGUF file it makes."""
    from lessons.language.export import as_gguf

    yield from with_model(experiment, asked, lambda model: iter([as_gguf(model, experiment)]))


def learning(source: Written, asked: Asked) -> Iterator[TrainingStep | TextSample | ModelKept]:
    """Train a source, and let it write now and then; what a stopped run has learnt is kept as an experiment of its own.
    Raises CannotKeep before it begins."""
    from lessons.language.build import keep, training
    from lessons.language.model import LanguageModel
    from lessons.language.train import vocabulary

    store.must_have_room()
    words = vocabulary(source.corpus, source.vocabulary)
    so_far = lambda net: LanguageModel(net, {}, {}, words, source)
    stopped = lambda step: Experiment(replace(source, stopped_at=step))
    begins = CORPORA[source.corpus].begins
    yield from watched(
        training(source), asked, keep, Experiment(source), stopped, partial(sampled, so_far, begins, source.seed)
    )


def sampled(
    so_far: Callable[[nn.Module], LanguageModel], begins: str, seed: int, net: nn.Module, most: int = SAMPLED
) -> str:
    """What a network writes so far, of `most` tokens."""
    from lessons.language.generate import writing

    return "".join(writing(so_far(net), begins, most, seed=seed))


def watched(
    reports: Iterator[tuple[TrainingStep, nn.Module]],
    asked: Asked,
    keeps: Callable[[Experiment, nn.Module], Experiment],
    whole: Experiment,
    stopped: Callable[[int], Experiment],
    sample: Callable[[nn.Module], str] | None,
    samples: int = SAMPLES,
) -> Iterator[TrainingStep | TextSample | ModelKept]:
    """The steps of a training, what the model writes meanwhile (so many times a `sample`), and what is kept: the
    `whole`, or what it is named `stopped` at a step."""
    told = 0
    for step, net in reports:
        yield step
        command = asked()
        if command and step.step < step.total:
            yield ModelKept(keeps(stopped(step.step), net))
            if command == "stop":
                return
        if sample and step.step * samples >= told * step.total:
            told += 1
            yield TextSample(step.step, sample(net))
    yield ModelKept(keeps(whole, net))


def with_model(
    experiment: Experiment, asked: Asked, work: Callable[[LanguageModel | VisionModel], Iterator]
) -> Iterator:
    """Make a model and do a piece of work with it: shares of both that are done, then what the work gives; nothing more
    once it is to stop."""
    from lessons.adaptation.build import building

    me = (object(), experiment)
    TURNS.append(me)
    try:
        while not _has_turn(me):
            yield Waiting()
            if asked() == "stop":
                return
        for done in building(experiment):
            if not isinstance(done, float):
                break
            yield Progress(BUILDING * done)
            if asked() == "stop":
                return
        for found in work(done):
            yield Progress(BUILDING + (1 - BUILDING) * found) if isinstance(found, float) else found
            if asked() == "stop":
                return
    finally:
        TURNS.remove(me)


def _has_turn(me: tuple[object, Experiment]) -> bool:
    """A shrunk model takes as much memory as the one it is made of: there is one at a time, for all who ask for the
    same. Unshrunk ones are there already."""
    from lessons.language.build import BUILT

    ahead = list(takewhile(lambda other: other is not me, TURNS))
    shrunk = [experiment for _, experiment in ahead if experiment.recipe]
    if not me[1].recipe or not shrunk:
        return True
    return set(shrunk) == {me[1]} and me[1] in BUILT
