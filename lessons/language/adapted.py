"""Makes and measures the adapted language model an experiment names: one step above `build`, which makes what is adapted."""

import hashlib
from collections.abc import Iterator, Mapping
from math import exp

import torch
from torch import Tensor
from torch.nn import functional as F

from lessons import store
from lessons.experiment import Adapt, Experiment, parted
from lessons.experiment.adapt import LEARNT_BY, LOW_RANK, WHERE
from lessons.language import adapt, build
from lessons.language.learn import Passages, in_a_row
from lessons.language.model import Model
from lessons.measure import reading
from lessons.models import adapter_file
from lessons.models.adapter_file import Adapter
from lessons.models.gguf_header import BadFile
from lessons.models.llama import Llama
from lessons.models.vocabulary import Letters
from lessons.quantity import Measurement, Quantity
from lessons.shrink.pack import pack
from lessons.training.progress import Step

TAKEN_BY = ("models.adapter_file",)  # what decides what is kept of an uploaded adapter
READ, READ_LARGE, AT_ONCE = 64, 4, 16  # passages of a test that are read, of a small and of a large model; at once
TESTS = {
    "shakespeare": "Macbeth, which it has never read",
    "bible": "the Gospel of John, which it has never read",
    "names": "names it has never read",
    "prose": "this course's own text",
}


@torch.no_grad()  # of a generator: while it runs, not while it waits
def building(experiment: Experiment) -> Iterator[float | Model]:
    """Shares of the work that are done, and at last the model. What was never learnt here is learnt now."""
    for model in build.building(experiment.unadapted):
        if isinstance(model, float):
            yield model
    adapts = parted(experiment.recipe)[1]
    if adapts:
        model = adapt.with_changes(
            model,
            [
                adapt.changes(model.net, how, weights(model, one))
                for how, one in zip(adapts, experiment.adaptations, strict=True)
            ],
        )
    yield model


def made(experiment: Experiment) -> Model:
    """The model an experiment names, adapters and all."""
    *_, model = building(experiment)
    return model


def training(experiment: Experiment) -> Iterator[tuple[Step, Llama]]:
    """Learn what an experiment with one Adapt names: `keep` the network of the last report."""
    yield from adapt.training(build.build(experiment.unadapted), experiment.recipe[-1])


def keep(experiment: Experiment, net: Llama) -> Experiment:
    """Store what a network has learnt."""
    store.save(experiment.id, {name: each.numpy() for name, each in adapt.learnt(net).items()}, LEARNT_BY)
    return experiment


def weights(model: Model, one: Experiment) -> dict[str, Tensor]:
    """What was learnt of a model, which is done now if it was never done here. Raises BadFile for an uploaded adapter that is
    not here, or stands beside another model."""
    how = one.recipe[-1]
    found = store.load(one.id, LEARNT_BY) if how.file is None else store.load(how.file, TAKEN_BY)
    if found is None and how.file:
        raise BadFile("this adapter was uploaded elsewhere, and is not on this machine: upload it here")
    if found is None:
        with torch.enable_grad():
            *_, (_, net) = adapt.training(model, how)
        keep(one, net)
        found = store.load(one.id, LEARNT_BY)
    learnt = {name: torch.from_numpy(each) for name, each in found.items()}
    if how.file:
        _must_fit(model.net, how, learnt)
    return learnt


def files(model: Model, one: Experiment) -> dict[str, bytes]:
    """What has to be kept of what was learnt, beside the model itself: an adapter as `peft` has it, or the weights that
    changed; of one Adapt, as it was learnt."""
    how, learnt = one.recipe[-1], weights(model, one)
    if how.method in LOW_RANK:
        adapter = Adapter(how.method, how.rank, how.alpha, WHERE[how.where], learnt)
        return adapter_file.write(adapter, f"models-for-ants/{one.unadapted.id}")
    return {"changed.ants": pack(learnt)}


def taken(uploaded: dict[str, bytes], model: Model) -> Adapt:
    """Keep an adapter somebody has uploaded, and say what it is. Raises BadFile where it is none this app can use, or stands
    beside another model."""
    found = adapter_file.read(uploaded)
    where = next((name for name, ends in WHERE.items() if set(ends) == set(found.beside)), None)
    if where is None:
        raise BadFile(
            f"it stands beside {', '.join(found.beside)}; this app knows {'; '.join(map(', '.join, WHERE.values()))}"
        )
    name = hashlib.sha256(b"".join(uploaded[name] for name in (adapter_file.CONFIG, adapter_file.TENSORS))).hexdigest()
    how = Adapt(method=found.method, rank=found.rank, alpha=found.alpha, where=where, file=name)
    _must_fit(model.net, how, found.weights)
    store.save(name, {name: each.numpy() for name, each in found.weights.items()}, TAKEN_BY)
    return how


def judging(experiment: Experiment, model: Model, name: str) -> Iterator[float | Measurement]:
    """Shares of a text's test that are read; then how well a model reads it, its bytes, and what was learnt for it."""
    tested, losses = passages(model, name), []
    for given, following in zip(*(part.split(AT_ONCE) for part in tested), strict=True):
        with torch.inference_mode():
            losses.append(F.cross_entropy(model.net(given).flatten(0, 1), following.flatten(), reduction="none"))
        yield sum(map(len, losses)) / tested.next.numel()
    middle, low, high = reading.mean(torch.cat(losses))
    each = "character" if isinstance(model.vocabulary, Letters) else "token"
    source = f"{tested.next.numel():,} {each}s of {TESTS[name]}; band: 95 % confidence, from parts of {reading.PART}"
    yield Measurement(
        (
            Quantity("loss", middle, "nats", "measured", low, high, source),
            Quantity("perplexity", exp(middle), "", "measured", exp(low), exp(high), f"e^loss; {source}"),
            *sizes(experiment),
        ),
        b"",
    )


def passages(model: Model, name: str) -> Passages:
    """What a model is tested on of a text."""
    most = READ if isinstance(model.vocabulary, Letters) else READ_LARGE
    return in_a_row(adapt.tokens(model.vocabulary, name, "test"), adapt.PASSAGE, most)


def sizes(experiment: Experiment) -> list[Quantity]:
    """The numbers that were trained, their share of the model's, and the bytes to be kept: beside the model, and in all."""
    before = build.build(experiment.unadapted)
    base, whole = sum(map(len, before.files.values())), sum(each.numel() for each in before.net.parameters())
    learnt = [weights(before, one) for one in experiment.adaptations]
    count = sum(each.numel() for found in learnt for each in found.values())
    beside = sum(len(file) for one in experiment.adaptations for file in files(before, one).values())
    full = any(how.method == "full" for how in parted(experiment.recipe)[1])
    return [
        Quantity("trained", count, "parameters", "measured", source="numbers that had a gradient"),
        Quantity("share", 100 * count / whole, "%", "measured", source=f"of {whole:,} in the model"),
        Quantity("adapter", beside, "bytes", "measured", source="length of the files that hold what was learnt"),
        Quantity("packed", beside if full else base + beside, "bytes", "measured", source="length of the model's file and of those"),
    ]  # fmt: skip


def _must_fit(net: Llama, how: Adapt, learnt: Mapping[str, Tensor]) -> None:
    """Raises BadFile where an adapter stands beside a model of another shape, is another one than was named, or too large."""
    wanted = {name: tuple(net.get_submodule(name).weight.shape) for name in adapt.beside(net, how.where)}
    given = {
        name: (len(learnt[f"{name}.up"]), learnt[f"{name}.down"].shape[1])
        for name in dict.fromkeys(name.rpartition(".")[0] for name in learnt)
    }
    if wanted != given:
        odd = next(name for name in (wanted | given) if wanted.get(name) != given.get(name))
        here, there = (found.get(odd, "not there") for found in (wanted, given))
        raise BadFile(f"this adapter stands beside another model: {odd} is {here} here, and {there} for it")
    ranks = {len(each) for name, each in learnt.items() if name.endswith(".down")}
    if ranks != {how.rank} or any(name.endswith(".length") for name in learnt) != (how.method == "dora"):
        raise BadFile(
            f"this adapter is of rank {max(ranks)}, and of another kind or rank than {how.method}, rank {how.rank}"
        )
    if not all(bool(each.isfinite().all()) for each in adapt.changes(net, how, learnt).values()):
        raise BadFile("this adapter's numbers are so large that what they make of the model is no number")
