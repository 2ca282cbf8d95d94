"""Ways to spoil what is sound: bytes, JSON, texts. All of it follows from a seed."""

import json
import struct
from collections.abc import Iterator, Sequence
from copy import deepcopy
from random import Random
from typing import Any

LARGE = (0, 1, 2, 7, 127, 255, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1)
PIECES = (
    b"null",
    b"-1",
    b"1e999",
    b"NaN",
    b"[]",
    b"{}",
    b'""',
    b"true",
    b"9" * 20,
    b"[" * 9,
    b"\xed\xa0\x80",
    b"\\ud800",
)
ODD = (
    *(None, True, False, 0, 1, -1, 3, 2**31, 2**64, 10**400, 0.5, -0.0, 1e308, float("inf"), float("nan")),
    *(
        "",
        "a",
        "é",
        "\ud800",
        "\0",
        "\u202e",
        "a" * 3_000,
        "1",
        "-1",
        "../../etc/passwd",
        "null",
        "１",
        "\n",
        "{x}",
        "%s",
    ),
    *([], {}, [[]], {"": 0}, [None], [1, 2], ["a"], {"a": {"b": 1}}, [0] * 300),
)
EACH = 100  # spoilt ones, of one seed


def spoilt(sound: Sequence[bytes], seed: int, times: int = EACH) -> Iterator[bytes]:
    """Files with a few bytes changed, lost, doubled or added; now and then cut."""
    chance = Random(seed)
    for _ in range(times):
        file = bytearray(chance.choice(sound))
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            _spoil(file, chance)
        yield bytes(file)


def _spoil(file: bytearray, chance: Random) -> None:
    at, other = (chance.randrange(len(file) + 1) for _ in range(2))
    length = chance.choice((1, 1, 2, 4, 8, 64))
    number = struct.pack("<Q", chance.choice(LARGE))
    match chance.randrange(8) if chance.random() < 0.97 else None:
        case 0 | 1:
            file[at : at + 1] = bytes([chance.randrange(256)])
        case 2:
            del file[at : at + length]
        case 3:
            file[at:at] = chance.randbytes(length)
        case 4:
            file[at:at] = file[other : other + length]
        case 5:
            file[at : at + length] = number[:length]
        case 6:
            file[at:at] = chance.choice(PIECES)
        case 7:
            file[at : at + length] = file[other : other + length]
        case _:
            del file[at:]


def spoilt_json(sound: Sequence[Any], seed: int, times: int = EACH) -> Iterator[Any]:
    """Values of JSON with a few parts replaced, renamed, left out or moved."""
    chance = Random(seed)
    for _ in range(times):
        box = [deepcopy(chance.choice(sound))]
        for _ in range(chance.choice((1, 1, 2, 4))):
            _spoil_a_part(box, chance)
        yield box[0]


def as_text(value: Any) -> str:
    """A value as JSON, with what Python writes and no standard knows."""
    return json.dumps(value)


def _spoil_a_part(box: list[Any], chance: Random) -> None:
    places = list(_places(box, 0))
    holder, place = chance.choice(places)
    others = chance.choice(places)
    match chance.randrange(6):
        case 0 | 1 | 2:
            holder[place] = deepcopy(chance.choice(ODD))
        case 3 if isinstance(holder, dict):
            holder[chance.choice(("x", "", "\ud800", place.upper(), *holder))] = holder.pop(place)
        case 4 if holder is not box:
            holder.pop(place)
        case 5:
            holder[place] = deepcopy(others[0][others[1]])


def _places(holder: Any, place: Any) -> Iterator[tuple[Any, Any]]:
    yield holder, place
    inside = holder[place]
    for each in list(inside) if isinstance(inside, dict) else range(len(inside)) if isinstance(inside, list) else ():
        yield from _places(inside, each)
