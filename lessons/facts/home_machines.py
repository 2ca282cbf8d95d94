"""Machines that people own: one row a machine, with its memory. Cards that `hardware.csv` has, too, are there alone.

A name that is sold with several sizes of memory has a row for each: each has its own place in an address, and a Mac its
own share of memory that the GPU may use.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from pathlib import Path

from lessons.facts import boards
from lessons.facts.macs import macs_of
from lessons.facts.read import by, read
from lessons.facts.tables import Board

DESKTOP, LAPTOP, APPLE, CPU = "desktop GPU", "laptop GPU", "Apple", "CPU"
SHARED = "shared memory"  # of processor and GPU
GROUPS = (DESKTOP, LAPTOP, APPLE, SHARED, CPU, "single board", "phone")
CARDS = (DESKTOP, LAPTOP)  # whose memory is their own, beside the main memory
HOME_BOARDS = {  # of hardware.csv, by how their names begin
    "NVIDIA GeForce": DESKTOP,
    "NVIDIA TITAN": DESKTOP,
    "NVIDIA Titan": DESKTOP,
    "AMD Radeon RX": DESKTOP,
    "NVIDIA Jetson": "single board",
}
VENDORS = ("NVIDIA", "AMD", "Intel", "Apple")  # in this order within a group
SINCE = 2017


@dataclass(frozen=True)
class HomeMachine:
    """A machine at home. `memory_GB` and `bandwidth_GB_per_s` are of the memory that the model lies in; None: main
    memory of any size. `tdp_low_W`, `tdp_high_W`: the ends of what makers of laptops set, `tdp_W` where there is one
    figure."""

    name: str
    group: str  # one of GROUPS
    vendor: str
    year: int | None
    memory_GB: float | None
    bandwidth_GB_per_s: float
    tdp_W: float | None
    tdp_low_W: float | None
    tdp_high_W: float | None
    fp16_dense_TFLOPS: float | None
    fp16_matrix_units: bool  # whether it has any; without them the peak is that of the ordinary units
    gpu_share: float | None  # of memory that the GPU may use; None: nobody says, or all of it
    channels: int | None  # of main memory
    source: str
    url: str
    confidence: str
    note: str

    @property
    def title(self) -> str:
        """Its name with the size of its memory, as readers choose it and addresses have it."""
        return f"{self.name}, {self.memory_GB:g} GB" if self.memory_GB else f"{self.name}, CPU only"

    @property
    def usable_GB(self) -> float | None:
        """GB, as memory is sold, that a model may take."""
        return self.memory_GB * self.gpu_share if self.memory_GB and self.gpu_share else self.memory_GB

    @property
    def watts(self) -> float | None:
        """Watts at most; of a range its geometric middle."""
        ends = self.tdp_low_W, self.tdp_high_W
        return self.tdp_W or (sqrt(ends[0] * ends[1]) if all(ends) else None)

    @property
    def watts_off(self) -> float:
        """×/÷ from the middle to the ends of its range of watts; 1 where there is one figure."""
        return self.tdp_high_W / self.watts if not self.tdp_W and self.watts else 1.0

    @property
    def board(self) -> Board:
        """The same as a row of `hardware.csv`. `fp16_matrix_units` is None where it has none: its peak is the peak."""
        return Board(
            name=self.title,
            vendor=self.vendor,
            kind=CPU if self.group == CPU else "GPU",
            year=self.year,
            process_nm=None,
            transistors_million=None,
            density_MTr_per_mm2=None,
            memory_GB=self.usable_GB,
            bandwidth_GB_per_s=self.bandwidth_GB_per_s,
            tdp_W=self.watts,
            fp32_TFLOPS=None,
            fp16_dense_TFLOPS=self.fp16_dense_TFLOPS,
            fp16_matrix_units=self.fp16_matrix_units or None,
            fp8_dense_TFLOPS=None,
            fp4_dense_TFLOPS=None,
            int8_dense_TOPS=None,
            price_usd=None,
            source=self.source,
            url=self.url,
            confidence=self.confidence,
            note=self.note,
        )


@lru_cache(maxsize=1)
def home_machines() -> dict[str, HomeMachine]:
    """By title: `NVIDIA GeForce RTX 3060, 12 GB`."""
    return by("title", read(HomeMachine, Path(__file__).with_name("home_machines.csv")))


@lru_cache(maxsize=1)
def choosable() -> dict[str, Board]:
    """What a model can be run on, by name: machines at home group by group, the newest first, then boards of
    workstations and data centres."""
    found = {name: machine.board for name, machine in home_machines().items()}
    found |= {board.name: board for board in boards().values() if _complete(board)}
    return dict(sorted(found.items(), key=lambda item: _place(item[1])))


def sized(board: Board) -> str:
    """A board's name with the size of its memory."""
    named = re.search(r"\d ?GB|,", board.name) or not board.memory_GB
    return board.name if named else f"{board.name}, {board.memory_GB:g} GB"


def titled(board: Board) -> str:
    """The same, and of Apple's chips with the Macs, by which readers look for it."""
    macs = macs_of(board.name)
    return f"{sized(board)} ({macs})" if macs else sized(board)


def group_of(name: str) -> str | None:
    """The group of what can be chosen; None for boards of workstations and data centres, and for other names."""
    if name in home_machines():
        return home_machines()[name].group
    return next((group for begins, group in HOME_BOARDS.items() if name.startswith(begins)), None)


def has_main_memory(name: str) -> bool:
    """Whether there is a main memory beside the one that the model lies in, to offload layers to."""
    return group_of(name) in (None, *CARDS)


def _complete(board: Board) -> bool:
    """Whether enough of it is known: memory and bandwidth, of what is not too old."""
    known = board.memory_GB and board.bandwidth_GB_per_s
    return bool(board.kind in ("GPU", "SoC") and known and (board.year or 0) >= SINCE)


def _place(board: Board) -> tuple:
    """Where it stands among the others."""
    group, year, size = group_of(board.name), -(board.year or 0), board.memory_GB
    if group is None:
        return len(GROUPS), year
    if group == CPU:
        return GROUPS.index(group), board.bandwidth_GB_per_s
    name = board.name.partition(",")[0]
    if group not in (*CARDS, APPLE):
        return GROUPS.index(group), year, name, size
    generation = next((int(sign) for sign in name if sign.isdigit()), 0)  # RTX 4060: 4, RX 7600: 7, M2 Pro: 2
    return GROUPS.index(group), VENDORS.index(board.vendor), -generation, name, size
