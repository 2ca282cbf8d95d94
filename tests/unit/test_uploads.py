"""How much one visit may send, and all of them."""

import pytest

from lessons.serving import upload_limits
from lessons.text import sections
from lessons.ui.lora.adapters import MOST_BYTES, MOST_FILES

MIB = 2**20
WORDS = sections("house")


@pytest.mark.parametrize(
    ("held", "size", "status"),
    [
        ([], 64 * MIB, None),
        ([("mine", 64 * MIB)], 64 * MIB, None),
        ([("mine", upload_limits.MOST_BYTES)], 1, 413),
        ([("mine", 1)] * upload_limits.MOST_FILES, 1, 413),
        ([("mine", 1)] * (upload_limits.MOST_FILES - 1), 1, None),
        ([("others", upload_limits.MOST_BYTES)] * 3, 64 * MIB, None),
        ([("others", upload_limits.MOST_BYTES)] * 3, 144 * MIB, 507),
        ([], None, 411),
    ],
)
def test_what_is_held_decides_what_may_come(monkeypatch, held, size, status):
    monkeypatch.delenv(upload_limits.ROOM, raising=False)
    monkeypatch.setattr(upload_limits, "asks_for_files", lambda session: True)
    for half in (0, len(held)):  # here, or on its way
        monkeypatch.setattr(upload_limits, "here", lambda half=half: held[half:])
        limits = upload_limits.LimitsUploads(None)
        limits.under_way = held[:half]
        found = limits.refusal("mine", size)
        assert (found and found.status) == status


def test_an_adapter_can_be_sent():
    assert upload_limits.MOST_FILES >= MOST_FILES and upload_limits.MOST_BYTES >= MOST_FILES * MOST_BYTES


def test_the_operator_says_how_much_room_there_is(monkeypatch):
    monkeypatch.setattr(upload_limits, "asks_for_files", lambda session: True)
    monkeypatch.setattr(upload_limits, "here", list)
    monkeypatch.setenv(upload_limits.ROOM, "1000")
    assert upload_limits.LimitsUploads(None).refusal("mine", 1001).said == WORDS["upload: no room"]
