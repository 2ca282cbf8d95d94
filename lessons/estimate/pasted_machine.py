"""What `nvidia-smi`, `ollama list` and `ollama ps` print, read: which cards, how many, and which models.

    read("GPU 0: NVIDIA GeForce RTX 3090 (UUID: GPU-c3d2…)").card        # "NVIDIA GeForce RTX 3090"

Read are the table of `nvidia-smi` (of drivers from 2018 to 2026), `nvidia-smi -L`, `-q` and `--query-gpu=name,
memory.total --format=csv`. A name that the table cuts off (`NVIDIA GeForce ...`) counts where only one card has such a
name and that much memory. What is not known is refused, and its line quoted.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from lessons.estimate.pasted_models import PastedModel, models_in
from lessons.estimate.unknown_output import MOST_CHARACTERS, MOST_LINE, UnknownOutput, quoted
from lessons.facts import Board
from lessons.facts.home_machines import LAPTOP, choosable, group_of, home_machines
from lessons.text import sections

WORDS = sections("estimate")

IN_TABLE = re.compile(r"\|\s*\d+\s+(\S.*?)\s+(?:On|Off|WDDM|TCC|MCDM|N/A)\s*\|\s*[0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:")
MEMORY = re.compile(r"\d+MiB\s*/\s*(\d+)MiB")
MIG_ON = re.compile(r"\|\s+Enabled\s*\|\s*$")
LISTED = re.compile(r"GPU \d+: (\S.*?) \(UUID")
QUERIED = re.compile(r"^\W*(?:\d+, )?((?:NVIDIA|GeForce|Tesla|Quadro|TITAN) [^,]*), (\d+) MiB")
PRODUCT, TOTAL = re.compile(r"Product Name\s*:\s*(\S.*?)\s*$"), re.compile(r"^\s*Total\s*:\s*(\d+) MiB")
SIZE = re.compile(r"\b\d+ ?gb\b")
CUT_OFF = "..."
CALLED = {  # the driver's name → that of our tables
    "h100 hbm3": "h100 sxm5",
    "h200": "h200 sxm",
    "gb10": "dgx spark (gb10)",
}
SUFFIX = " pcie"  # that tables add to names of the driver
LEAST, MOST = 0.92, 1.01  # of the memory on the data sheet that a driver prints: with ECC a sixteenth is gone
MANY = 3  # names in a sentence


@dataclass(frozen=True)
class PastedMachine:
    """What was read. `card`: a name of `choosable()`, None where no line is about cards; `cards`: how many of it;
    `models`: a line each."""

    card: str | None
    cards: int
    models: tuple[PastedModel, ...]

    @property
    def on_gpus(self) -> float:
        """Bytes of all models that run, without what of them is in main memory."""
        return sum(each.bytes * (1 - each.cpu) for each in self.models if each.cpu is not None)


@dataclass
class PrintedCard:
    """A card as a driver prints it."""

    name: str  # perhaps cut off
    line: str  # in which its name is
    mib: int | None = None  # of memory


def read(text: str) -> PastedMachine:
    """The cards and models in what was pasted. Raises UnknownOutput. `text`: what one of the programs has printed, or
    several."""
    if len(text) > MOST_CHARACTERS:
        raise UnknownOutput(WORDS("pasted: too long", most=MOST_CHARACTERS))
    lines = [line[:MOST_LINE] for line in text.splitlines()]
    cards, models = [_known(seen) for seen in _cards(lines)], tuple(models_in(lines))
    if len(kinds := dict.fromkeys(cards)) > 1:
        raise UnknownOutput(WORDS("pasted: unlike", cards=_listed(list(kinds))))
    if not cards and not models:
        first = next((line for line in lines if line.strip()), "")
        raise UnknownOutput(WORDS("pasted: nothing", line=quoted(first)))
    return PastedMachine(cards[0] if cards else None, len(cards), models)


def found_in(files: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """The same as JSON; for the process that reads what visitors bring. `files`: the first is the text. Raises
    UnknownOutput."""
    return [json.dumps(asdict(read(files[0][1].decode(errors="replace")))).encode()]


def _cards(lines: Sequence[str]) -> list[PrintedCard]:
    """Each card once, whatever prints it: with full names, if there are as many."""
    table, listed, queried, products = ([*found] for found in (_table(lines), _list(lines), _rows(lines), _log(lines)))
    found = queried or products or table or listed
    if table and len(listed) == len(found):
        return [PrintedCard(full.name, full.line, seen.mib) for full, seen in zip(listed, found, strict=True)]
    return found


def _table(lines: Sequence[str]) -> Iterator[PrintedCard]:
    """Cards of the table: a line with the name, then one with memory, then one that says whether MIG is on."""
    return _named(lines, IN_TABLE, MEMORY, MIG_ON)


def _list(lines: Sequence[str]) -> Iterator[PrintedCard]:
    """Cards of `nvidia-smi -L`."""
    yield from (PrintedCard(found[1], line) for line in lines if (found := LISTED.search(line)))


def _rows(lines: Sequence[str]) -> Iterator[PrintedCard]:
    """Cards of a query as CSV."""
    yield from (PrintedCard(found[1], line, int(found[2])) for line in lines if (found := QUERIED.search(line)))


def _log(lines: Sequence[str]) -> Iterator[PrintedCard]:
    """Cards of `nvidia-smi -q`: a name, and the first total after it."""
    return _named(lines, PRODUCT, TOTAL)


def _named(
    lines: Sequence[str], name: re.Pattern, memory: re.Pattern, part: re.Pattern | None = None
) -> Iterator[PrintedCard]:
    """A card for each line with a name, and the first memory after it. Raises UnknownOutput where a line says that only
    a `part` of the card is there."""
    seen = None
    for line in lines:
        if found := name.search(line):
            if seen:
                yield seen
            seen = PrintedCard(found[1], line)
        elif seen and part and part.search(line):
            raise UnknownOutput(WORDS("pasted: MIG", line=quoted(seen.line)))
        elif seen and seen.mib is None and (found := memory.search(line)):
            seen.mib = int(found[1])
    if seen:
        yield seen


def _known(seen: PrintedCard) -> str:
    """The name under which our tables have a card. Raises UnknownOutput."""
    named = _cut(seen.name) if seen.name.endswith(CUT_OFF) else _whole(seen.name)
    fitting = [board for board in named if seen.mib is None or _has(board, seen.mib)]
    if len(fitting) == 1:
        return fitting[0].name
    if fitting:
        could = {"line": quoted(seen.line), "cards": _listed([board.name for board in fitting])}
        cut = seen.name.endswith(CUT_OFF)
        raise UnknownOutput(WORDS("pasted: cut off", **could) if cut else WORDS("pasted: several sizes", **could))
    if named:
        sizes = _listed([f"{board.memory_GB:g} GB" for board in named])
        raise UnknownOutput(WORDS("pasted: other size", line=quoted(seen.line), mib=seen.mib, sizes=sizes))
    raise UnknownOutput(WORDS("pasted: unknown card", line=quoted(seen.line)))


def _whole(name: str) -> list[Board]:
    """The cards of a full name."""
    key = _key(name)
    key = CALLED.get(key, key)
    return [board for board in _nvidia() if _key(_full(board)) in (key, key + SUFFIX)]


def _cut(name: str) -> list[Board]:
    """The cards whose name begins so, and is too long to be printed there."""
    begins = name.removesuffix(CUT_OFF).lower()
    called = lambda board: _full(board) if begins.startswith("nvidia") else _full(board).removeprefix("NVIDIA ")
    return [b for b in _nvidia() if called(b).lower().startswith(begins) and len(called(b)) > len(name)]


def _nvidia() -> list[Board]:
    return [board for board in choosable().values() if board.vendor == "NVIDIA"]


def _full(board: Board) -> str:
    """A card's name as the driver has it, as far as our tables know it."""
    machine = home_machines().get(board.name)
    name = machine.name if machine else board.name
    return f"{name} GPU" if group_of(board.name) == LAPTOP else name


def _key(name: str) -> str:
    """What of a name is the same wherever it is written."""
    words = SIZE.sub("", name.lower().replace("-", " ")).split()
    return " ".join(word for word in words if word not in ("nvidia", "geforce", "gpu"))


def _has(board: Board, mib: int) -> bool:
    """Whether a driver prints so much for the memory of a card."""
    return LEAST <= mib / (1024 * board.memory_GB) <= MOST


def _listed(names: Sequence[str]) -> str:
    """Some names, and whether there are more."""
    return ", ".join(names[:MANY]) + (" …" if len(names) > MANY else "")
