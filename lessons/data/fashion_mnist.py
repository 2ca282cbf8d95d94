"""Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): 28 × 28 grey pictures of ten kinds of clothing.

20,000 training pictures (2,000 of each class) and all 10,000 test pictures are bundled; all 60,000 training pictures
come from torchvision's download. Knows nothing of models.
"""

import gzip
from functools import lru_cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "bundled" / "fashion-mnist"
CLASSES = (
    "T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip


def read_idx(path: Path) -> np.ndarray:
    """Read a gzipped IDX file of unsigned bytes. Raises ValueError where the file is not one."""
    raw = gzip.decompress(path.read_bytes())
    if raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path.name} is not an IDX file of unsigned bytes")
    rank = raw[3]
    shape = np.frombuffer(raw, ">i4", count=rank, offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


@lru_cache(maxsize=1)
def test_pixels() -> np.ndarray:
    """All 10,000 test pictures as they are: uint8 [10000, 28, 28]."""
    return read_idx(FOLDER / "t10k-images-idx3-ubyte.gz")


@lru_cache(maxsize=1)
def test_labels() -> np.ndarray:
    """The right answers: uint8 [10000]."""
    return read_idx(FOLDER / "t10k-labels-idx1-ubyte.gz")
