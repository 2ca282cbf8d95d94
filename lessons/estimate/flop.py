"""The energy of one FLOP on an accelerator, from its data sheet, and what made it fall.

    pJ/FLOP = TDP / dense peak        W / TFLOPS = pJ/FLOP

This is a floor at full load, not a measurement: whole boards take 1.5 to 3 times as much (`facts`: board_other_flop,
from the fits to ML.ENERGY's measurements). A ratio of two floors is therefore known to a factor of 3 / 1.5 = 2.
"""

from collections.abc import Mapping
from math import prod

from lessons.facts import Board, figure
from lessons.quantity import Quantity
from lessons.text import sections

WORDS = sections("estimate")

FORMATS = ("fp32", "fp16", "fp8", "fp4")  # fp16 also stands for bf16, which has the same peak
BITS = {name: int(name[2:]) for name in FORMATS}


class NotListed(LookupError):
    """The facts have no such figure; the message says which."""


def peak(board: Board, number: str) -> float | None:
    """TFLOPS in this format. fp16: of matrix units only, as fp8 and fp4 always are."""
    if number == "fp16":
        return board.fp16_dense_TFLOPS if board.fp16_matrix_units else None
    return {"fp32": board.fp32_TFLOPS, "fp8": board.fp8_dense_TFLOPS, "fp4": board.fp4_dense_TFLOPS}[number]


def best(board: Board, narrowest: str = "fp4") -> tuple[str, float | None]:
    """The format with the highest dense peak, none narrower than this, and the peak in TFLOPS. `narrowest`: a key of
    BITS."""
    allowed = FORMATS[: FORMATS.index(narrowest) + 1]
    return max(((name, peak(board, name)) for name in allowed), key=lambda found: found[1] or 0)


def energy(board: Board, number: str) -> Quantity:
    """J of one FLOP at full load: TDP ÷ dense peak. Raises NotListed."""
    return _energy(board, peak(board, number), number)


def steps(old: Board, new: Board, narrowest: str = "fp4") -> dict[str, Quantity]:
    """By which factors the energy of a FLOP fell from `old` in fp32 to `new` in its best format; they multiply to the
    whole.

    `old` must have fp16 on ordinary units, which gives the share of halving the width alone. Raises NotListed.

    `narrowest`: as for `best`.
    """
    process = _ratio(energy(old, "fp32"), energy(new, "fp32"), WORDS["the same format"])
    found = {WORDS["process and circuits"]: process}
    formats = [name for name in FORMATS[: FORMATS.index(narrowest) + 1] if peak(new, name)]
    if "fp16" in formats:
        if old.fp16_matrix_units is not False or not old.fp16_dense_TFLOPS:
            raise NotListed(WORDS("no 16-bit peak", board=old.name))
        on_ordinary = WORDS("ordinary units", board=old.name)
        halved = _ratio(energy(old, "fp32"), _energy(old, old.fp16_dense_TFLOPS, "fp16"), on_ordinary)
        both = _ratio(energy(new, "fp32"), energy(new, "fp16"), "")
        found[WORDS("narrower", wide=32, narrow=16)] = halved
        source = WORDS("matrix units: formula", both=both.value, board=new.name, width=halved.value)
        found[WORDS["matrix units"]] = _factor(both.value / halved.value, source)
    for wide, narrow in zip(formats[1:], formats[2:], strict=False):
        what = WORDS("narrower", wide=BITS[wide], narrow=BITS[narrow])
        found[what] = _ratio(energy(new, wide), energy(new, narrow), WORDS("on matrix units", board=new.name))
    return found


def whole(factors: Mapping[str, Quantity]) -> Quantity:
    """All factors multiplied: between two boards, so the band of one ratio."""
    return _factor(
        prod(factor.value for factor in factors.values()),
        " × ".join(f"{factor.value:.3g}" for factor in factors.values()),
    )


def sheet(board: Board, number: str) -> dict[str, Quantity]:
    """What a data sheet says of a board that computes in this format, by the words for it; the price, in US dollars at
    its release, where there is one. Raises NotListed."""
    power = WORDS("power of a board: source", board=board.name, sheet=board.source)
    found = {
        WORDS["energy of a FLOP"]: energy(board, number),
        WORDS["FLOP for each byte"]: flop_per_byte(board, number),
        WORDS["power of a board"]: Quantity("TDP", board.tdp_W, "W", "cited", source=power),
    }
    source = WORDS("price of a board: source", board=board.name, sheet=board.source)
    price = Quantity("price", board.price_usd or 0, "USD", "cited", source=source)
    return found | ({WORDS["price of a board"]: price} if board.price_usd else {})


def flop_per_byte(board: Board, number: str) -> Quantity:
    """FLOP that must be done with each byte from memory, or the board waits: dense peak ÷ bandwidth, the roofline's
    ridge point (Williams et al., CACM 2009). Of peaks both: what a program reaches is its own affair. Raises
    NotListed."""
    rate = peak(board, number)
    if not (rate and board.bandwidth_GB_per_s):
        raise NotListed(WORDS("no bandwidth and peak", format=number, board=board.name))
    formula = WORDS(
        "FLOP for each byte: formula",
        peak=rate,
        format=number,
        bandwidth=board.bandwidth_GB_per_s,
        board=board.name,
        sheet=board.source,
    )
    value = 1e3 * rate / board.bandwidth_GB_per_s
    return Quantity("FLOP per byte", value, "FLOP/B", "estimated", source=formula)


def _energy(board: Board, rate: float | None, number: str) -> Quantity:
    if not (rate and board.tdp_W):
        raise NotListed(WORDS("no TDP and peak", format=number, board=board.name))
    joules = board.tdp_W / rate * 1e-12
    formula = WORDS(
        "energy of a FLOP: formula", power=board.tdp_W, peak=rate, format=number, board=board.name, sheet=board.source
    )
    return Quantity("energy of a FLOP", joules, "J/FLOP", "estimated", joules, joules * _worst(), formula)


def _worst() -> float:
    """How much more than the floor a whole board takes, at most."""
    return figure("board_other_flop").high


def _ratio(before: Quantity, after: Quantity, formula: str) -> Quantity:
    return _factor(before.value / after.value, f"({before.source}) ÷ ({after.source}); {formula}")


def _factor(value: float, formula: str) -> Quantity:
    beyond = figure("board_other_flop")
    band = beyond.high / beyond.low
    return Quantity("factor", value, "×", "estimated", value / band, value * band, formula)
