"""The models in what `ollama list` and `ollama ps` print: which of ours, in which format, how large.

`ollama list` prints bytes of the file and no format: it is the one whose file is as large. `ollama ps` prints bytes in
memory, and where: there a format counts only if the name says it. Sizes are in units of 1,000; from 10 on without
decimals, cut off or rounded.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log10

from lessons.estimate.at_home import AT_HOME
from lessons.estimate.gguf_size import FORMATS, NATIVE, file_bytes
from lessons.estimate.transformer import CannotCompute
from lessons.estimate.unknown_output import UnknownOutput, quoted
from lessons.facts.architectures import Architecture, architectures
from lessons.facts.ollama_names import ollama_names
from lessons.text import sections

WORDS = sections("estimate")

HEADER = re.compile(r"^\W*NAME\s+(?:ID\s+)?SIZE\s+(PROCESSOR|MODIFIED)(\s+CONTEXT\b)?")
MODEL = re.compile(r"^[\s>#]*([\w./-]+:[\w.-]+)\s+(?:[0-9a-f]{12}\s+)?(\d+(?:\.\d+)?) ?([KMGT]?B)\s+(.*)$")
RUNS = re.compile(r"^(?:(\d+)%/\d+% CPU/GPU|100% (CPU|GPU))\s*(\d+)?")
SAID = re.compile(r"(?<![a-z0-9])(i?q\d_\w+|f(?:p)?16|mxfp4)", re.IGNORECASE)  # a format in a name
UNITS = {"B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
USUAL = ("Q4_K_M", "Q4_0", "MXFP4")  # of names that say no format
OF_FILES = tuple(dict.fromkeys((*USUAL, "fp32", *AT_HOME)))  # the first that is so large; rarer ones are in names
SAYS_NO_SIZE = "latest"


@dataclass(frozen=True)
class PastedModel:
    """A line about a model. `cpu`: the share that is in main memory, None in `ollama list`; `context`: tokens, where it
    is printed."""

    called: str  # as it is printed
    model: str | None  # the name in our table; None where it is not there
    form: str | None  # one of FORMATS, or NATIVE; None where neither name nor size says it
    bytes: float  # of the file, or in memory
    digit: float  # bytes of the last digit that is printed
    cpu: float | None = None
    context: int | None = None

    @property
    def printed(self) -> str:
        """Its bytes with the digits that were printed."""
        unit = max((name for name in UNITS if UNITS[name] <= max(self.bytes, 1)), key=UNITS.get)
        return f"{self.bytes / UNITS[unit]:.{max(round(log10(UNITS[unit] / self.digit)), 0)}f} {unit}"


def models_in(lines: Sequence[str]) -> Iterator[PastedModel]:
    """What is printed below a header, line by line, until one that is no model. Raises UnknownOutput. `lines`: of
    all that was pasted."""
    header = None
    for line in lines:
        if found := HEADER.search(line):
            header = found
        elif header and line.strip():
            if not (row := MODEL.search(line)):
                header = None
            else:
                yield _listed(row) if header[1] == "MODIFIED" else _running(row, bool(header[2]))


def _listed(row: re.Match) -> PastedModel:
    """A line of `ollama list`."""
    called, size, digit = _size(row)
    shape, form = _named(called, size, digit)
    return PastedModel(called, shape and shape.name, form, size, digit)


def _running(row: re.Match, has_context: bool) -> PastedModel:
    """A line of `ollama ps`."""
    called, size, digit = _size(row)
    if not (runs := RUNS.search(row[4])):
        raise UnknownOutput(WORDS("pasted: processor", line=quoted(row[0])))
    shape = _of_name(called)
    cpu = int(runs[1]) / 100 if runs[1] else float(runs[2] == "CPU")
    context = int(runs[3]) if has_context and runs[3] else None
    form = _said(called) or (NATIVE if shape and shape.native == "MXFP4" else None)  # whose experts have no other
    return PastedModel(called, shape and shape.name, form, size, digit, min(cpu, 1.0), context)


def _size(row: re.Match) -> tuple[str, float, float]:
    """Name, bytes, and those of the last digit."""
    unit = UNITS[row[3]]
    return row[1], float(row[2]) * unit, unit / 10 ** len(row[2].partition(".")[2])


def _named(called: str, size: float, digit: float) -> tuple[Architecture | None, str | None]:
    """The model of that name and the format in which its file is so large. Where the name says no size of the model,
    the one whose usual file fits."""
    shape, said = _of_name(called), _said(called)
    if shape:
        fitting = (form for form in OF_FILES if _as_large(shape, form, size, digit))
        return shape, said or _as_called(shape, next(fitting, None))
    family, _, tag = called.partition(":")
    if tag != SAYS_NO_SIZE:
        return None, None
    key = _key(family)
    shapes = [shape for name, shape in _keys().items() if name.startswith(key) and name[len(key) :][:1].isdigit()]
    fits = {shape: form for form in reversed(USUAL) for shape in shapes if _as_large(shape, form, size, digit)}
    found = _alike(list(fits))
    return (found, fits[found]) if found else (None, None)


def _as_called(shape: Architecture, form: str | None) -> str | None:
    """Experts that are published in MXFP4 stay so in 16 bits: that is the file as it is published."""
    return NATIVE if form == "fp16" and shape.native == "MXFP4" else form


def _alike(shapes: Sequence[Architecture]) -> Architecture | None:
    """The newest of models whose files and caches are alike but for the vocabulary; None where they differ."""
    same = {(shape.layers, shape.d_model, shape.n_kv_heads, shape.d_ff) for shape in shapes}
    return max(shapes, key=lambda shape: (shape.year, shape.name)) if len(same) == 1 else None


def _as_large(shape: Architecture, form: str, size: float, digit: float) -> bool:
    """Whether a file is printed as so large. Formats of experts are for mixtures of experts."""
    if form == "MXFP4" and not shape.experts:
        return False
    try:
        return -0.6 * digit <= file_bytes(shape, form) - size <= digit
    except CannotCompute:
        return False


def _of_name(called: str) -> Architecture | None:
    """The model of our table that Ollama's library calls so; else that whose name what is printed begins with, the
    longest; or the one that begins with what is printed, the newest of those that are alike."""
    if known := ollama_names().get(called.removeprefix("library/").removesuffix(f":{SAYS_NO_SIZE}")):
        return architectures()[known.model]
    key = _key(called)
    within = [name for name in _keys() if key.startswith(name) and not key[len(name) :][:1].isdigit()]
    if within:
        return _keys()[max(within, key=len)]
    if not any(sign.isdigit() for sign in called.partition(":")[2]):
        return None
    return _alike([_keys()[name] for name in _keys() if name.startswith(key) and not name[len(key) :][:1].isdigit()])


def _said(called: str) -> str | None:
    """The format that a name says, if it is one of ours."""
    found = SAID.findall(called)
    if not found:
        return None
    said = found[-1].upper().replace("FP16", "F16").replace("F16", "fp16")
    return said if said in FORMATS else None


def _key(called: str) -> str:
    """What of a name is the same wherever it is written: letters, digits and points after the last slash."""
    return "".join(sign for sign in called.lower().rpartition("/")[2] if sign.isalnum() or sign == ".")


@lru_cache(maxsize=1)
def _keys() -> dict[str, Architecture]:
    return {_key(name.split(" / ")[0]): shape for name, shape in architectures().items()}
