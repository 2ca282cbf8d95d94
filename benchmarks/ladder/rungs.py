"""One file of the ladder: made by llama-quantize's code, and what it costs by the app's own measures.

All that a model says is computed by llama.cpp. Only the importance matrix is computed here, as llama-imatrix defines
it: of each column of a matrix, the mean square of what flows into it, over the app's calibration text, which is no part
of the text that is read.
"""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from benchmarks.ladder import stand_in
from benchmarks.ladder.llama_cpp_engine import LlamaCppNet, quantized
from lessons.data.quiz import KINDS
from lessons.experiment import SMOLLM2, file_source
from lessons.language.build import baseline
from lessons.language.evaluate import passages
from lessons.language.model import LanguageModel, block_by_block
from lessons.language.quiz import answering
from lessons.language.steps import calibration
from lessons.measure import reading
from lessons.models import language_files
from lessons.models.gguf_header import TensorPlace, read_header
from lessons.models.gguf_model import their_name
from lessons.models.written import smollm2
from lessons.recorded.ladder import NARROW, SHIPPED, WIDE

SEED = 0
WIDTH, WHOLE = 576, 768  # numbers of a row: SmolLM2's, and the next that blocks of 256 fill
WIDENED = {"llama.embedding_length": WHOLE, "llama.attention.head_count": 12, "llama.attention.head_count_kv": 4}
EPSILON = "llama.attention.layer_norm_rms_epsilon"
OF = {
    NARROW: (
        "fp32", "fp16", "Q8_0", "Q6_K", "Q5_1", "Q5_0", "Q5_K_M", "Q5_K_S", "Q4_1", "Q4_0", "Q4_K_M", "Q4_K_S",
        "IQ4_NL", "IQ4_XS", "Q3_K_L", "Q3_K_M", "IQ3_M", "IQ3_XXS", "Q2_K", "IQ2_M", "IQ2_XXS", "IQ1_S", "TQ2_0",
    ),
    WIDE: (
        "fp32", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_K_S", "IQ4_XS", "Q3_K_M", "Q3_K_S", "IQ3_M", "IQ3_XXS", "Q2_K",
        "IQ2_M", "IQ2_XXS", "IQ1_M", "IQ1_S", "TQ2_0",
    ),
    SHIPPED: ("fp32", "Q8_0", "Q4_1", "Q4_0"),  # what this app rounds, too
}  # fmt: skip
NEED = ("IQ3_XXS", "IQ2_M", "IQ2_XXS", "IQ1_M", "IQ1_S")  # an importance matrix
GUIDED = ("Q4_K_M", "Q2_K")  # with an importance matrix, too, though they need none


class Base(NamedTuple):
    """A model before it is quantized."""

    name: str  # SHIPPED, NARROW or WIDE
    path: Path  # of its file, in 32 bits
    logits: Tensor  # of the text, float32 [n, t, vocabulary]
    importance: dict[str, np.ndarray]  # of each matrix in the layers, by its name in GGUF, float32 [in]


def base(name: str, folder: Path) -> Base:
    """SmolLM2 as it is shipped, as it may have been before, or that with wide rows."""
    path, model = written(name, folder / f"{name}.gguf"), baseline(file_source(SMOLLM2))
    return Base(name, path, LlamaCppNet(path)(passages(model).read), importance(path, calibration(model)))


def written(name: str, path: Path) -> Path:
    """The weights of a base as a file in 32 bits."""
    origin = smollm2()
    weights = stand_in.tensors(origin, None if name == SHIPPED else SEED)
    if name != WIDE:
        return stand_in.write(path, origin, weights, {})
    epsilon = read_header(origin).settings[EPSILON] * WIDTH / WHOLE
    return stand_in.write(path, origin, stand_in.widened(weights, WIDTH, WHOLE), WIDENED | {EPSILON: epsilon})


@torch.no_grad()
def importance(path: Path, tokens: Tensor) -> dict[str, np.ndarray]:
    """Of each matrix in the layers, by its name in GGUF: the mean square of what flows into each column, float32 [in].
    `tokens`: what is read meanwhile, int64 [n, t]."""
    looked = block_by_block(language_files.read(path).net, tokens)
    inputs = {name: each for _, seen in looked for name, each in seen.items()}
    return {their_name(name): mean_square(each.second, each.tokens) for name, each in inputs.items()}


def mean_square(second: Tensor, tokens: int) -> np.ndarray:
    """Of each column, float32 [in]. `second`: Σ x·xᵀ over so many `tokens`, [in, in]."""
    return (second.diagonal() / tokens).numpy()


def asked(name: str) -> list[dict[str, Any]]:
    """The types of a base, from most bits on, and whether an importance matrix guides the rounding."""
    forms = [(form, form in NEED) for form in OF[name]]
    more = [(form, True) for form in GUIDED] if name == WIDE else []
    return [{"base": name, "form": form, "guided": guided} for form, guided in forms + more]


def rung(of: Base, form: str, guided: bool, path: Path) -> dict[str, Any]:
    """A row of the ladder, without speed. `path`: where its file is made. Raises QuantizeFailed."""
    quantized(of.path, path, form, of.importance if guided else {})
    return size(path) | costs(of.logits, LlamaCppNet(path))


def size(path: Path) -> dict[str, Any]:
    """Bytes of a file and of its matrices, its hash, and how many of its matrices have which type of blocks."""
    matrices = [place for place in read_header(path).tensors.values() if len(place.shape) > 1]
    return {
        "bytes": path.stat().st_size,
        "matrix_bytes": sum(place.end - place.begin for place in matrices),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "kinds": kinds(matrices),
    }


def kinds(matrices: list[TensorPlace]) -> dict[str, int]:
    """How many have each type of blocks, most first."""
    return dict(Counter(place.kind.name for place in matrices).most_common())


def costs(known: Tensor, net: LlamaCppNet) -> dict[str, Any]:
    """What a model has lost. `known`: what its base says of the text, float32 [n, t, vocabulary]."""
    model = baseline(file_source(SMOLLM2))
    tested = passages(model)
    read = [reading.read(*each) for each in zip(known, net(tested.read), tested.next, strict=True)]
    return compared(reading.joined(read)) | {"quiz": right(model._replace(net=net))}


def compared(read: reading.Reading) -> dict[str, Any]:
    """KL divergence and cross-entropy in nats per token, each with its 95 % confidence interval; the share of tokens
    with the same prediction, in %."""
    same = 100 * (read.top_before == read.top_after).float().mean().item()
    return {"kl": reading.mean(read.kl), "loss": reading.mean(read.after), "same": same}


def right(model: LanguageModel) -> dict[str, int]:
    """How many questions of each kind a model has right."""
    *_, answers = answering(model)
    return {kind: sum(each.right for each in answers if each.question.kind == kind) for kind in KINDS}
