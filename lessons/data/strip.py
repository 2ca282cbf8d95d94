"""Some of the test pictures side by side, as one image with an address that says which."""

import base64
import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

SIDE = 28
PLACE = "pictures"
NUMBERS = "<u2"  # of a test picture, in an address


def address(which: Sequence[int]) -> str:
    """Where the strip of these test pictures is to be had, below the app's own address: it says which they are."""
    return f"{PLACE}/{base64.urlsafe_b64encode(np.array(which, NUMBERS).tobytes()).decode()}.png"


def numbers(name: str) -> tuple[int, ...]:
    """The test pictures of a strip, from the name of its file. Raises ValueError for what is none."""
    return tuple(np.frombuffer(base64.b64decode(name, b"-_", validate=True), NUMBERS).tolist())


def strip(pixels: np.ndarray, which: Sequence[int]) -> bytes:
    """These of the pictures [n, 28, 28], side by side, as a PNG."""
    joined = pixels[list(which)].transpose(1, 0, 2).reshape(SIDE, -1)
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(joined)).save(file, "PNG")
    return file.getvalue()
