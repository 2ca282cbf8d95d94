"""No lesson's room knows another's: what two need stands in the kit. A new room is on no list, and yet held to it."""

import ast
from pathlib import Path

import pytest

from lessons import ui

UI = Path(ui.__file__).parent
KIT = {"browser", "layout", "state", "work"}
ROOMS = sorted(path.name for path in UI.iterdir() if path.is_dir() and path.name not in {*KIT, "__pycache__"})


def known(source: str) -> set[str]:
    """The folders of lessons/ui that a program imports from."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
        elif isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        else:
            continue
        found |= {name.split(".")[2] for name in names if name.startswith("lessons.ui.")}
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_no_other(room):
    others = {other for file in (UI / room).rglob("*.py") for other in known(file.read_text())} - {room, *KIT}
    assert others.isdisjoint(ROOMS)


def test_an_import_of_another_room_is_seen():
    assert known("from lessons.ui.lora.recipe import TASKS\nfrom lessons.ui import lora") >= {"lora"}
