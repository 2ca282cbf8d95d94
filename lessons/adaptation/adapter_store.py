"""What was learnt, kept: on this machine, and as files that come and go."""

import hashlib
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from lessons import store
from lessons.adaptation import pictures, texts
from lessons.adaptation.weights import adapted_layers, learnt_weights, shapes, weight_deltas
from lessons.code_hash import code_hash
from lessons.experiment import Adapt, Experiment
from lessons.experiment.adapt import LOW_RANK, WHERE
from lessons.language.model import LanguageModel
from lessons.models import adapter_file
from lessons.models.adapter_file import Adapter
from lessons.models.bad_file import BadFile
from lessons.shrink.pack import pack
from lessons.text import sections
from lessons.vision.model import VisionModel

WORDS = sections("files")


def keep(experiment: Experiment, net: nn.Module) -> Experiment:
    """Store what a network has learnt."""
    found = {name: each.numpy() for name, each in learnt_weights(net).items()}
    store.save(experiment.stored_as, found)
    return experiment


def has(one: Experiment) -> bool:
    """Whether what an adaptation learnt is here, or it needs no learning."""
    return one.recipe[-1].file is not None or store.has(one.stored_as)


def weights(model: LanguageModel | VisionModel, one: Experiment) -> dict[str, Tensor]:
    """What was learnt of a model, which is done now if it was never done here. Raises BadFile for an uploaded adapter
    that is not here, or stands beside another model."""
    how = one.recipe[-1]
    if how.file:
        found = _uploaded(how.file)
        _must_fit(model.net, how, found)
        return found
    like = shapes(model.net, how)
    found = store.load(one.stored_as, like)
    if found is None:
        with torch.enable_grad():
            *_, (_, net) = (texts if one.writes else pictures).training(model, how)
        keep(one, net)
        found = store.load(one.stored_as, like)
    return {name: torch.from_numpy(each) for name, each in found.items()}


def _uploaded(name: str) -> dict[str, Tensor]:
    """The weights of an uploaded adapter. Raises BadFile where it is not here."""
    found = store.load(_uploaded_as(name))
    if found is None:
        raise BadFile(WORDS["adapter: uploaded elsewhere"])
    return dict(adapter_file.read(adapter_file.sorted_out([("kept.zip", found["zip"].tobytes())])).weights)


def _uploaded_as(name: str) -> str:
    """The name of an uploaded adapter, as today's code reads it."""
    return f"{name}-{code_hash('lessons.models.adapter_file:read')}"


def files(model: LanguageModel | VisionModel, one: Experiment) -> dict[str, bytes]:
    """What has to be kept of what was learnt, beside the model itself: an adapter as `peft` has it, or the weights that
    changed; of one Adapt, as it was learnt."""
    how, found = one.recipe[-1], weights(model, one)
    if how.method in LOW_RANK:
        layers = dict.fromkeys(name.rpartition(".")[0] for name in found)
        whole = len(layers) == len(adapted_layers(model.net, how.where))
        names = WHERE[how.where] if whole else [*map(adapter_file.theirs, layers)]
        adapter = Adapter(how.method, how.rank, how.alpha, names, found, _kernels(model.net, how.where))
        return adapter_file.write(adapter, f"models-for-ants/{one.unadapted.id}")
    return {"changed.ants": pack(found)}


def taken(uploaded: dict[str, bytes], model: LanguageModel | VisionModel) -> Adapt:
    """Keep an adapter somebody has uploaded, and say what it is. Raises BadFile where it is none this app can use, or
    stands beside another model."""
    found = adapter_file.read(uploaded)
    where = next((name for name, ends in WHERE.items() if set(found.beside) <= set(ends)), None)
    if where is None:
        ours = "; ".join(map(", ".join, WHERE.values()))
        raise BadFile(WORDS("adapter: other layers", theirs=", ".join(found.beside), ours=ours))
    name = hashlib.sha256(b"".join(uploaded[name] for name in (adapter_file.CONFIG, adapter_file.TENSORS))).hexdigest()
    to = "turned" if isinstance(model, VisionModel) else "bible"  # it does not say what it has learnt
    rank = max(len(each) for name, each in found.weights.items() if name.endswith(".down"))
    how = Adapt(to, found.method, rank, found.alpha, where, file=name)
    _must_fit(model.net, how, found.weights)
    _must_be_whole(model.net, found)
    as_sent = {name: uploaded[name] for name in (adapter_file.CONFIG, adapter_file.TENSORS)}
    zipped = {"zip": np.frombuffer(adapter_file.zipped(as_sent), np.uint8)}  # no larger than it came
    store.save(_uploaded_as(name), zipped, private=True)
    return how


def _kernels(net: nn.Module, where: str) -> dict[str, tuple[int, ...]]:
    """The shapes of what each convolution among the layers reads: channels, height, width."""
    shapes = {name: tuple(net.get_submodule(name).weight.shape[1:]) for name in adapted_layers(net, where)}
    return {name: shape for name, shape in shapes.items() if len(shape) > 1}


def _must_fit(net: nn.Module, adapt: Adapt, learnt: Mapping[str, Tensor]) -> None:
    """Raises BadFile where an adapter stands beside a model of another shape, is another one than was named, or too
    large."""
    wanted = {name: tuple(net.get_submodule(name).weight.flatten(1).shape) for name in adapted_layers(net, adapt.where)}
    given = {
        name: (len(learnt[f"{name}.up"]), learnt[f"{name}.down"].shape[1])
        for name in dict.fromkeys(name.rpartition(".")[0] for name in learnt)
    }
    odd = next((name for name in given if given[name] != wanted.get(name)), None)
    if odd or not given:
        if odd in wanted:
            raise BadFile(WORDS("adapter: other shape", layer=odd, here=wanted[odd], theirs=given[odd]))
        raise BadFile(WORDS("adapter: no such layer", layer=odd, theirs=given[odd]))
    ranks = {len(each) for name, each in learnt.items() if name.endswith(".down")}
    if max(ranks) != adapt.rank or any(name.endswith(".length") for name in learnt) != (adapt.method == "dora"):
        raise BadFile(WORDS("adapter: other rank", rank=max(ranks), method=adapt.method, asked=adapt.rank))
    if not all(bool(each.isfinite().all()) for each in weight_deltas(net, adapt, learnt).values()):
        raise BadFile(WORDS["adapter: overflow"])


def _must_be_whole(net: nn.Module, adapter: Adapter) -> None:
    """Raises BadFile where settings name a layer of this model that the file holds nothing for: it is of a smaller
    one."""
    layers = [name for name, layer in net.named_modules() if isinstance(layer, nn.Linear | nn.Conv2d)]
    for name in layers:
        if adapter.said.names(adapter_file.theirs(name)) and f"{name}.up" not in adapter.weights:
            files = {"config": adapter_file.CONFIG, "tensors": adapter_file.TENSORS}
            raise BadFile(WORDS("adapter: layer left out", layer=name, **files))
