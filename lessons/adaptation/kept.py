"""What was learnt, kept: on this machine, and as files that come and go."""

import hashlib
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from lessons import store
from lessons.adaptation import pictures, texts
from lessons.adaptation.weights import beside, changes, learnt, shapes
from lessons.built import Built
from lessons.experiment import Adapt, Experiment
from lessons.experiment.adapt import LOW_RANK, WHERE
from lessons.language.model import Model
from lessons.models import adapter_file
from lessons.models.adapter_file import Adapter
from lessons.models.bad_file import BadFile
from lessons.shrink.pack import pack

TAKEN_BY = ("models.adapter_file",)  # what decides what is kept of an uploaded adapter


def keep(experiment: Experiment, net: nn.Module) -> Experiment:
    """Store what a network has learnt."""
    found = {name: each.numpy() for name, each in learnt(net).items()}
    store.save(experiment.id, found, experiment.trained_by)
    return experiment


def has(one: Experiment) -> bool:
    """Whether what an adaptation learnt is here, or it needs no learning."""
    return one.recipe[-1].file is not None or store.has(one.id, one.trained_by)


def weights(model: Model | Built, one: Experiment) -> dict[str, Tensor]:
    """What was learnt of a model, which is done now if it was never done here. Raises BadFile for an uploaded adapter that is
    not here, or stands beside another model."""
    how = one.recipe[-1]
    if how.file:
        found = _uploaded(how.file)
        _must_fit(model.net, how, found)
        return found
    like = shapes(model.net, how)
    found = store.load(one.id, one.trained_by, like)
    if found is None:
        with torch.enable_grad():
            *_, (_, net) = (texts if one.writes else pictures).training(model, how)
        keep(one, net)
        found = store.load(one.id, one.trained_by, like)
    return {name: torch.from_numpy(each) for name, each in found.items()}


def _uploaded(name: str) -> dict[str, Tensor]:
    """The weights of an uploaded adapter. Raises BadFile where it is not here."""
    found = store.load(name, TAKEN_BY)
    if found is None:
        raise BadFile("this adapter was uploaded elsewhere, and is not on this machine: upload it here")
    return dict(adapter_file.read(adapter_file.sorted_out([("kept.zip", found["zip"].tobytes())])).weights)


def files(model: Model | Built, one: Experiment) -> dict[str, bytes]:
    """What has to be kept of what was learnt, beside the model itself: an adapter as `peft` has it, or the weights that
    changed; of one Adapt, as it was learnt."""
    how, found = one.recipe[-1], weights(model, one)
    if how.method in LOW_RANK:
        layers = dict.fromkeys(name.rpartition(".")[0] for name in found)
        whole = len(layers) == len(beside(model.net, how.where))
        names = WHERE[how.where] if whole else [*map(adapter_file.theirs, layers)]
        adapter = Adapter(how.method, how.rank, how.alpha, names, found, _kernels(model.net, how.where))
        return adapter_file.write(adapter, f"models-for-ants/{one.unadapted.id}")
    return {"changed.ants": pack(found)}


def taken(uploaded: dict[str, bytes], model: Model | Built) -> Adapt:
    """Keep an adapter somebody has uploaded, and say what it is. Raises BadFile where it is none this app can use, or stands
    beside another model."""
    found = adapter_file.read(uploaded)
    where = next((name for name, ends in WHERE.items() if set(found.beside) <= set(ends)), None)
    if where is None:
        raise BadFile(
            f"it stands beside {', '.join(found.beside)}; this app knows {'; '.join(map(', '.join, WHERE.values()))}"
        )
    name = hashlib.sha256(b"".join(uploaded[name] for name in (adapter_file.CONFIG, adapter_file.TENSORS))).hexdigest()
    to = "turned" if isinstance(model, Built) else "bible"  # it does not say what it has learnt
    rank = max(len(each) for name, each in found.weights.items() if name.endswith(".down"))
    how = Adapt(to, found.method, rank, found.alpha, where, file=name)
    _must_fit(model.net, how, found.weights)
    _must_be_whole(model.net, found)
    as_sent = {name: uploaded[name] for name in (adapter_file.CONFIG, adapter_file.TENSORS)}
    store.save(name, {"zip": np.frombuffer(adapter_file.zipped(as_sent), np.uint8)}, TAKEN_BY)  # no larger than it came
    return how


def _kernels(net: nn.Module, where: str) -> dict[str, tuple[int, ...]]:
    """The shapes of what each convolution among the layers reads: channels, height, width."""
    shapes = {name: tuple(net.get_submodule(name).weight.shape[1:]) for name in beside(net, where)}
    return {name: shape for name, shape in shapes.items() if len(shape) > 1}


def _must_fit(net: nn.Module, how: Adapt, found: Mapping[str, Tensor]) -> None:
    """Raises BadFile where an adapter stands beside a model of another shape, is another one than was named, or too large."""
    wanted = {name: tuple(net.get_submodule(name).weight.flatten(1).shape) for name in beside(net, how.where)}
    given = {
        name: (len(found[f"{name}.up"]), found[f"{name}.down"].shape[1])
        for name in dict.fromkeys(name.rpartition(".")[0] for name in found)
    }
    odd = next((name for name in given if given[name] != wanted.get(name)), None)
    if odd or not given:
        raise BadFile(
            f"this adapter stands beside another model: {odd} is {wanted.get(odd, 'not there')} here, and {given[odd]} for it"
        )
    ranks = {len(each) for name, each in found.items() if name.endswith(".down")}
    if max(ranks) != how.rank or any(name.endswith(".length") for name in found) != (how.method == "dora"):
        raise BadFile(
            f"this adapter is of rank {max(ranks)}, and of another kind or rank than {how.method}, rank {how.rank}"
        )
    if not all(bool(each.isfinite().all()) for each in changes(net, how, found).values()):
        raise BadFile("this adapter's numbers are so large that what they make of the model is no number")


def _must_be_whole(net: nn.Module, found: Adapter) -> None:
    """Raises BadFile where settings name a layer of this model that the file holds nothing for: it is of a smaller one."""
    layers = [name for name, layer in net.named_modules() if isinstance(layer, nn.Linear | nn.Conv2d)]
    for name in layers:
        if found.said.names(adapter_file.theirs(name)) and f"{name}.up" not in found.weights:
            raise BadFile(f"this adapter stands beside another model: it says {name}, and holds nothing for it")
