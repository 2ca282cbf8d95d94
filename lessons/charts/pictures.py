"""Test pictures whose answer changed: a strip of figures, each with the right answer, and before → after."""

import base64
import html
import io
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PIL import Image

SHOWN = 12


def changed_pictures(pixels: np.ndarray, right: np.ndarray, before: bytes, after: bytes, names: Sequence[str]) -> str:
    """HTML of up to 12 pictures [n, 28, 28] whose answer changed; those that were right before come first."""
    was, now = np.frombuffer(before, np.uint8), np.frombuffer(after, np.uint8)
    changed = np.flatnonzero(was != now)
    first = sorted(changed, key=lambda at: was[at] != right[at])[:SHOWN]
    figures = "".join(_figure(pixels[at], names[right[at]], names[was[at]], names[now[at]]) for at in first)
    return f'<div class="pictures">{figures}</div>'


def count_changes(right: np.ndarray, before: bytes, after: bytes) -> dict[str, int]:
    """How many answers changed, and how: broken (right → wrong), mended (wrong → right), other (wrong → wrong)."""
    was, now = np.frombuffer(before, np.uint8), np.frombuffer(after, np.uint8)
    broken, mended = int(((was == right) & (now != right)).sum()), int(((was != right) & (now == right)).sum())
    changed = int((was != now).sum())
    return {"changed": changed, "broken": broken, "mended": mended, "other": changed - broken - mended}


def _figure(pixels: np.ndarray, right: str, was: str, now: str) -> str:
    right, was, now = map(html.escape, (right, was, now))
    mark = "✓" if now == right else "✗"
    return (
        f'<figure><img src="{_png(pixels.tobytes())}" alt="{right}"><figcaption><b>{right}</b><br>'
        f"{was} → {now} {mark}</figcaption></figure>"
    )


@lru_cache(maxsize=2_000)
def _png(pixels: bytes) -> str:
    file = io.BytesIO()
    Image.frombytes("L", (28, 28), pixels).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
