"""An ant as an image to share: what it is, what was done to it, its numbers and what they were."""

import io
from pathlib import Path

import streamlit
from PIL import Image, ImageDraw, ImageFont

from lessons import ui
from lessons.ant import Ant
from lessons.quantity import show
from lessons.text import sections

WORDS = sections("my-ant")
FONT = next((Path(streamlit.__file__).parent / "static").rglob("SourceSansVF-Upright*.woff2"))  # that of the app
PICTURE = Path(ui.__file__).parent / "ant.png"
SIZE = 1200, 630  # pixels: what places where links are shared show whole
INK, GREY, BLUE, PAPER = "#111111", "#56606A", "#0072B2", "#FFFFFF"
WEIGHT = "Medium"
LEFT, WIDE = 70, 62  # pixels; characters in a line


def png(ant: Ant) -> bytes:
    """The image as a PNG file."""
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE[0] - 1, SIZE[1] - 1), outline=GREY)
    with Image.open(PICTURE) as picture:
        small = picture.convert("RGBA").resize((120, 120))
        image.paste(small, (SIZE[0] - LEFT - 120, 50), small)
    _write(draw, 50, 54, INK, WORDS("card: title", origin=ant.origin))
    for n, line in enumerate(_lines("; ".join(ant.history))):
        _write(draw, 140 + 42 * n, 32, GREY, line)
    before = (show(ant.before.quality, ant.unit), show(ant.before.size, "bytes"), show(ant.before.energy, "J"))
    for n, ((label, quantity), was) in enumerate(zip(ant.quantities.items(), before, strict=True)):
        left = LEFT + n * (SIZE[0] - 2 * LEFT) // 3
        _write(draw, 300, 30, GREY, label, left)
        _write(draw, 340, 72, BLUE, str(quantity), left)
        _write(draw, 435, 30, GREY, WORDS("card: before", before=was), left)
    _write(draw, 540, 26, GREY, WORDS["card: footer"])
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _write(draw: ImageDraw.ImageDraw, top: int, size: int, colour: str, text: str, left: int = LEFT) -> None:
    font = ImageFont.truetype(FONT, size)
    font.set_variation_by_name(WEIGHT)
    draw.text((left, top), text, colour, font)


def _lines(text: str) -> list[str]:
    """Two lines at most; what is left out is said with an ellipsis."""
    words, lines = text.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) >= WIDE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:2] if len(lines) <= 2 else [lines[0], f"{lines[1]} …"]
