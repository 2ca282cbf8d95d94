"""A GGUF file of which only the header was sent, as it is run: its shape, and the bytes of its own weights.

The header is that of the file without its vocabulary. A model in several files has the settings in the first, and
tensors in each. What the settings say must be what the tensors have, to half a percent of all numbers.
"""

import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from gguf.constants import LlamaFileType

from lessons.estimate import gguf_tensors
from lessons.estimate.at_home import suits
from lessons.estimate.gguf_config import config_of
from lessons.estimate.gguf_mixes import MIXES
from lessons.estimate.gguf_said import GgufSaid
from lessons.estimate.gguf_size import FORMATS, file_bytes
from lessons.estimate.gguf_tensors import FileTensor
from lessons.estimate.pasted_config import as_run
from lessons.estimate.transformer import CannotCompute, parameters
from lessons.facts.architectures import Architecture, FileWeights
from lessons.models.gguf_header import Header, TensorPlace, header_of
from lessons.text import sections

WORDS = sections("estimate")

MOST_BYTES, MOST_FILES, MOST_SIZE = 2**21, 64, 2**50  # of all headers, and of one file
LONGEST_NAME = 200
OFF = 0.005  # of all numbers: what settings and tensors may differ by
GUESSED = 1024  # added to a file type that nobody named
WIDE = {"F32": "fp32", "F16": "fp16", "BF16": "fp16", "MXFP4_MOE": "MXFP4"}
IN_FILES = ("fp32", "fp16", *MIXES)  # formats that GGUF files have
LIKE = {"BF16": "F16"}  # a type that counts as another, which is as large
SPLIT = "split."


@dataclass(frozen=True)
class SentHeader:
    """What was sent of a file; its weights begin at the byte `begin`."""

    name: str  # of the file
    size: int  # bytes of it
    begin: int
    head: bytes  # its header, without the vocabulary


@dataclass(frozen=True)
class DroppedGguf:
    """A model in GGUF files. `named`: whether their header names the format, or of those of the type that `most`
    weights have it is the nearest in size; `apart`: bytes of what is not counted, which the note of its shape names;
    `layers`: bytes by type in each layer, before them what is in none, after them the head; `kinds`: matrices by kind
    and type, how many, and their bytes."""

    shape: Architecture  # with the bytes of its own weights
    called: str  # by its general.name; "" where it has none
    kind: str  # its general.architecture
    files: int  # in which it is
    numbers: int  # in all tensors, gains of norms and biases too
    bytes: int  # of all tensors
    named: bool
    most: str  # a type, as Q4_K
    apart: int
    layers: Mapping[str, Sequence[int]]
    kinds: Sequence[tuple[str, str, int, int]]

    @property
    def estimated(self) -> float:
        """Bytes that are estimated for its format."""
        return file_bytes(replace(self.shape, own=None), self.shape.own.form)


def model_in(files: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """What is read from the headers of GGUF files, as JSON; for the process that reads what visitors bring. Raises
    BadFile, CannotCompute. `files`: each is named by the JSON of its name, its size and where its weights begin."""
    return [json.dumps(asdict(read([_sent(name, head) for name, head in files]))).encode()]


def restored(answer: bytes) -> DroppedGguf:
    """The answer of the process that read it."""
    said = json.loads(answer)
    shape = said["shape"] | {"own": FileWeights(*said["shape"]["own"])}
    return DroppedGguf(**said | {"shape": Architecture(**shape)})


def read(sent: Sequence[SentHeader]) -> DroppedGguf:
    """The model in one file, or in all files of one that is split. Raises BadFile, CannotCompute."""
    settings, places = _together([(each, _header(each)) for each in sent])
    said = GgufSaid(settings)
    layers = said.needed("block_count") - (said.number("nextn_predict_layers", least=0) or 0)
    if layers < 1:
        raise CannotCompute(WORDS["header: no layers"])
    tensors, drafting, seeing = gguf_tensors.tensors_of(places, layers)
    shape = replace(_shape(config_of(said, tensors, layers)), native=_native(tensors))
    _must_agree(shape, tensors)
    size, numbers = sum(each.bytes for each in tensors), sum(each.numbers for each in tensors)
    form, most = _named(settings.get("general.file_type"), shape), _most(shape, tensors)
    own = _own(form or _nearest(shape, size, most), tensors)
    left_out = {WORDS["vision tower left out"]: seeing, WORDS["drafting layers left out"]: drafting}
    note = "; ".join(part for part, there in left_out.items() if there)
    return DroppedGguf(
        replace(shape, own=own, note=note),
        _text(settings.get("general.name")),
        said.name,
        len(sent),
        numbers,
        size,
        bool(form),
        most,
        drafting + seeing,
        gguf_tensors.by_layer(tensors, layers),
        gguf_tensors.by_kind(tensors),
    )


def _sent(name: str, head: bytes) -> SentHeader:
    """Raises CannotCompute where that is not what the page sends."""
    try:
        called, size, begin = json.loads(name)
    except (ValueError, TypeError) as error:
        raise CannotCompute(WORDS["header: not sent so"]) from error
    fits = isinstance(called, str) and all(type(each) is int for each in (size, begin))
    if not fits or not len(head) <= begin <= size <= MOST_SIZE or len(called) > LONGEST_NAME:
        raise CannotCompute(WORDS["header: not sent so"])
    return SentHeader(called, size, begin, head)


def _header(sent: SentHeader) -> Header:
    """Raises BadFile, and CannotCompute where the file is shorter than its tensors. What was not sent counts as if the
    file did not have it."""
    header = header_of(io.BytesIO(sent.head), MOST_SIZE, sent.name)
    step = header.settings.get("general.alignment", 32)
    begin, end = (-(-at // step) * step for at in (sent.begin, len(sent.head)))
    places = header.tensors.values()
    needs = max(sum(each.end - each.begin for each in places), max((each.end for each in places), default=end) - end)
    if begin + needs > sent.size and places:
        raise CannotCompute(WORDS("header: cut short", needs=begin + needs, size=sent.size))
    return header


def _together(found: Sequence[tuple[SentHeader, Header]]) -> tuple[dict[str, Any], dict[str, TensorPlace]]:
    """The settings of the first of these files, and the tensors of all. Raises CannotCompute where one is missing, or
    does not belong to the others."""
    parts = {_number(header, "no", 0): header for _, header in found}
    count = max(_number(header, "count", 1) for _, header in found) or 1
    if len(found) != len(parts) or len(parts) != count or set(parts) != set(range(count)):
        raise CannotCompute(WORDS("header: parts", there=len(parts), count=count))
    places: dict[str, TensorPlace] = {}
    for _, header in found:
        if twice := places.keys() & header.tensors:
            raise CannotCompute(WORDS("header: tensor twice", name=min(twice)[:60]))
        places |= header.tensors
    if (all_of_them := _number(parts[0], "tensors.count", len(places))) != len(places):
        raise CannotCompute(WORDS("header: tensors missing", there=len(places), count=all_of_them))
    return parts[0].settings, places


def _number(header: Header, key: str, usual: int) -> int:
    value = header.settings.get(f"{SPLIT}{key}", usual)
    if type(value) is not int or not 0 <= value <= 100_000:
        raise CannotCompute(
            WORDS("header: no whole number", key=f"{SPLIT}{key}", value=repr(value)[:40], least=0, most=100_000)
        )
    return value


def _shape(config: Mapping[str, Any]) -> Architecture:
    try:
        found = as_run(json.dumps(config))
    except CannotCompute as error:
        raise CannotCompute(WORDS("header: does not fit", why=str(error))) from error
    return replace(found, name=WORDS["header: name"], source=WORDS["header: source"])


def _must_agree(shape: Architecture, tensors: Sequence[FileTensor]) -> None:
    """Raises CannotCompute where the shape is not that of the tensors."""
    counted, there = parameters(shape), sum(each.numbers for each in tensors if each.is_matrix)
    if abs(counted - there) > OFF * there:
        raise CannotCompute(WORDS("header: other numbers", counted=counted, there=there))


def _own(form: str, tensors: Sequence[FileTensor]) -> FileWeights:
    found = gguf_tensors.sizes(tensors)
    return FileWeights(form, *(float(found[part]) for part in FileWeights._fields[1:]))


def _named(kind: Any, shape: Architecture) -> str | None:
    """The format of a file type of llama.cpp (`general.file_type`), if it names one that a model can have."""
    if type(kind) is not int or kind & GUESSED or kind not in iter(LlamaFileType):
        return None
    name = LlamaFileType(kind).name.removeprefix("MOSTLY_").removeprefix("ALL_")
    name = WIDE.get(name, name)
    return name if name in FORMATS and suits(shape, name) else None


def _most(shape: Architecture, tensors: Sequence[FileTensor]) -> str:
    """The type that most weights in its layers have; but for experts that every format keeps in MXFP4."""
    found: Counter[str] = Counter()
    for each in tensors:
        if each.is_matrix and each.layer is not None and not (each.part == "experts" and shape.native):
            found[each.type] += each.numbers
    return max(found, key=found.get, default="")


def _nearest(shape: Architecture, size: int, most: str) -> str:
    """Of the formats in which most weights have this type, the one whose estimate is nearest in size; of all that are
    in GGUF files where there is none."""
    known = [form for form in IN_FILES if suits(shape, form)]
    alike = [form for form in known if FORMATS[form].base == LIKE.get(most, most)]
    return min(alike or known, key=lambda form: abs(file_bytes(shape, form) - size))


def _native(tensors: Sequence[FileTensor]) -> str:
    """The format of the experts, where other formats would keep it."""
    experts = {each.type for each in tensors if each.part == "experts" and each.is_matrix}
    return "MXFP4" if experts == {"MXFP4"} else ""


def _text(value: Any) -> str:
    return value[:LONGEST_NAME] if isinstance(value, str) else ""
