"""A shrunk language model as a file that other programs read: GGUF, where llama.cpp's blocks can hold what was made of
it."""

import torch

from lessons.experiment import BadExperiment, Experiment, File, QuantizeWeights, block_of, written_as
from lessons.experiment.language_source import path_of, shipped_names
from lessons.experiment.language_step import BLOCKS
from lessons.language.model import LanguageModel, matrices
from lessons.models import gguf_file
from lessons.models.gguf_file import GGUFTensor
from lessons.models.vocabulary import Letters
from lessons.shrink.blocks import BLOCK, Blocks
from lessons.shrink.encoded import Encoded
from lessons.shrink.pack import unpack
from lessons.text import sections

WORDS = sections("measure")

ZEROS = {"Q4_0": 8, "Q8_0": 0}  # the code that means 0


def as_gguf(model: LanguageModel, experiment: Experiment) -> bytes:
    """The whole of a GGUF file. Raises BadExperiment where its blocks cannot hold the model."""
    kinds = [block_of(step) for step in experiment.recipe]
    if None in kinds:
        raise BadExperiment(WORDS["GGUF: blocks only"])
    kind = (kinds or ["F32"])[0]
    shapes = {name: tuple(weight.shape) for name, weight in model.net.named_parameters()}
    moved = {
        name: GGUFTensor(kind, _in_blocks(name, model.files[name], step, kind), shapes[name])
        for step in experiment.recipe
        for name in matrices(model.net, step.parts)
    }
    if isinstance(model.source, File) and model.source.file not in shipped_names():
        path = path_of(model.source.file)
        if not path.is_file():
            raise BadExperiment(WORDS["GGUF: from a folder"])
        return gguf_file.changed(path, model.net.shape, moved, kind) if moved else path.read_bytes()
    if isinstance(model.vocabulary, Letters):
        raise BadExperiment(WORDS["GGUF: characters"])
    made = written_as(model.source.file) if isinstance(model.source, File) else model.source
    tensors = {name: GGUFTensor("F32", file, shapes[name]) for name, file in model.files.items()} | moved
    return gguf_file.whole(model.net.shape, model.vocabulary, tensors, f"{made.corpus} {made.model}", kind)


def _in_blocks(name: str, file: bytes, step: QuantizeWeights, kind: str) -> bytes:
    return file if step.scheme in BLOCKS else as_blocks(unpack(file)[name], kind).to_bytes()


def as_blocks(encoded: Encoded, kind: str) -> Blocks:
    """Codes around 0 with a scale for 32 weights [out, in], as llama.cpp's blocks: nothing is rounded again. Raises
    BadExperiment where rows are no whole blocks. `kind`: of the blocks, as GGUF calls it."""
    if encoded.codes.shape[-1] % BLOCK:
        raise BadExperiment(WORDS("GGUF: rows", weights=encoded.codes.shape[-1], block=BLOCK))
    codes = (encoded.codes - encoded.zero + ZEROS[kind]).reshape(-1, BLOCK)
    codes = codes.to(torch.int8 if kind == "Q8_0" else torch.uint8)
    return Blocks(kind, codes, encoded.scale.reshape(-1, 1), None, ZEROS[kind], encoded.codes.shape)
