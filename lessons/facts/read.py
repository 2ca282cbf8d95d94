"""A CSV file to dataclasses, by their annotations. What may not be shown to a reader is not read."""

import csv
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, fields
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args

Row = TypeVar("Row")
SHOWN = ("verified", "verified-secondary", "derived")  # how a figure was checked
FROM_MEMORY = re.compile(r"\bMEMORY\b|\b(from|by) memory\b|^memory$|\(memory\)")
NEEDS_NO_ADDRESS = ("definition", "physics")


class BadFact(ValueError):
    """A fact that cannot be read, or must not be shown; the message names the file and the line."""


def read(kind: type[Row], path: Path) -> tuple[Row, ...]:
    """Every row of the file as a `kind`. Columns are its fields; one with a default may be left out of the file.

    An empty cell is None, or "" for text. Raises `BadFact` for an unknown or missing column, a cell that is not of
    its field's type, a row without a source or an address, and a figure nobody has checked.
    """
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        columns = _columns(kind, reader.fieldnames or (), f"{path.name}, line 1")
        return tuple(_row(kind, columns, cells, f"{path.name}, line {reader.line_num}") for cells in reader)


def by(key: str, rows: Iterable[Row]) -> dict[str, Row]:
    """The rows by one of their fields. Raises `BadFact` if two share it."""
    found: dict[str, Row] = {}
    for row in rows:
        name = getattr(row, key)
        if name in found:
            raise BadFact(f"{type(row).__name__}: {key} {name!r} appears twice")
        found[name] = row
    return found


def _columns(kind: type, names: Iterable[str], place: str) -> dict[str, Field]:
    known = {field.name: field for field in fields(kind)}
    if unknown := [name for name in names if name not in known]:
        raise BadFact(f"{place}: unknown columns {unknown}")
    missing = [name for name, field in known.items() if name not in names and field.default is MISSING]
    if missing:
        raise BadFact(f"{place}: missing columns {missing}")
    return {name: known[name] for name in names}


def _row(kind: type[Row], columns: dict[str, Field], cells: dict[str, Any], place: str) -> Row:
    if None in cells or None in cells.values():
        raise BadFact(f"{place}: not {len(columns)} cells")
    row = kind(**{name: _cell(field, cells[name], place) for name, field in columns.items()})
    _may_be_shown(row, place)
    return row


def _cell(field: Field, text: str, place: str) -> Any:
    types = get_args(field.type) or (field.type,)
    if text == "" and NoneType in types:
        return None
    try:
        return PARSE[types[0]](text)
    except (ValueError, KeyError):
        raise BadFact(f"{place}: {field.name} is {text!r}, not {types[0].__name__}") from None


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


PARSE: dict[type, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: _number,
    bool: {"yes": True, "no": False}.__getitem__,
}


def _may_be_shown(row: Any, place: str) -> None:
    if row.confidence not in SHOWN:
        raise BadFact(f"{place}: confidence {row.confidence!r} is none of {', '.join(SHOWN)}")
    if not row.source:
        raise BadFact(f"{place}: no source")
    if FROM_MEMORY.search(row.source) or FROM_MEMORY.search(row.note):
        raise BadFact(f"{place}: from memory, unchecked")
    if not row.url and not row.source.startswith(NEEDS_NO_ADDRESS):
        raise BadFact(f"{place}: no url for {row.source!r}")
