"""The page of a lesson that opens with a model, where its knobs can say which."""

from typing import NamedTuple
from urllib.parse import urlencode

from lessons.experiment import Experiment, Loaded, Prune, Quantize, shipped


class _Settings(NamedTuple):
    """A page, and the fields of a step that it has knobs for."""

    page: str
    fields: tuple[str, ...]


SETTINGS = {
    Quantize: _Settings("quantization", ("bits", "grain", "range", "scheme", "group")),
    Prune: _Settings("pruning", ("sparsity", "criterion", "structure")),
}


def page_of(model: Experiment) -> str | None:
    """The page with its settings, as `quantization?quantization_bits=5&…`, for a network as shipped that was rounded or
    pruned once; None for others."""
    source = model.source
    if not isinstance(source, Loaded) or source != shipped(source.model).source or len(model.recipe) != 1:
        return None
    (step,) = model.recipe
    if (known := SETTINGS.get(type(step))) is None:
        return None
    said = {name: getattr(step, name) for name in known.fields}
    if type(step)(**said) != step:  # another field, which no knob has, is not as by default
        return None
    return f"{known.page}?{urlencode({f'{known.page}_{n}': v for n, v in {**said, 'network': source.model}.items()})}"
