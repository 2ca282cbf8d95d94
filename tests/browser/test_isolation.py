"""Many visitors at once, each with a talk, a text, a name, a class and a seed of their own: nothing of one is in any
message to another."""

import asyncio
import json
import re
import secrets
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import permutations
from string import ascii_lowercase
from urllib.parse import quote

import pytest
from streamlit.proto.Common_pb2 import DoubleArray

from lessons.text import sections
from tests.browser.classmate import Classmate, looking
from tests.browser.uploading import give, name_file
from tests.browser.visitor import PATIENCE, Visitor, visit, visiting

FEW, MANY = 2, 30
REST = 1.0  # seconds in which what goes astray would come
TALK = """\
title: {mark}
states:
- {{lesson: scaling, settings: {{scaling_by: 2030}}, sees: {mark}, says: {mark}, seconds: 9}}
"""
HOUSE = sections("house")
TAG = re.compile(r"<[^>]*> ?")  # and the space between the tokens of a text


@dataclass
class Guest:
    """A visitor with all that is theirs, in several tabs. `mark`: in each of it."""

    number: int
    mark: str = field(default_factory=lambda: "qz" + "".join(secrets.choice(ascii_lowercase) for _ in range(10)))
    tabs: dict[str, Visitor] = field(default_factory=dict)
    classmate: Classmate | None = None
    file: str = ""  # the id of what they brought

    @property
    def seed(self) -> int:
        """Of what they train."""
        return 731_001 + 37 * self.number

    def heard(self) -> str:
        """All that was ever sent to them, with text as it is read, too."""
        sent = "\n".join(data.decode(errors="ignore") for tab in self.tabs.values() for data in tab.heard)
        shown = json.dumps([self.classmate.state, self.classmate.activity, self.classmate.runs])
        return "\n".join((sent, shown, TAG.sub("", sent)))

    def sees(self, tab: str) -> bool:
        """Whether what is theirs is on their page."""
        return any(self.mark in TAG.sub("", str(shown.element)) for shown in self.tabs[tab].shown.values())

    async def has_heard(self, words: str) -> None:
        """Wait until something has been sent to them."""
        async with asyncio.timeout(5 * PATIENCE):
            while words not in self.heard():
                await asyncio.sleep(0.2)


@pytest.mark.reliability("security", "Visitors upload, type, name and train at once: does one see what is another's?")
def test_nothing_of_one_visitor_is_sent_to_another(address, tried, long):
    guests = [Guest(number) for number in range(MANY if long else FEW)]
    visit(all_at_once(address, guests, long))
    for one, other in permutations(guests, 2):
        assert one.mark not in other.heard()
        assert f"seed {one.seed:,}" not in other.heard() and f"seed {one.seed}" not in other.heard()
        tried()


async def all_at_once(address: str, guests: list[Guest], long: bool) -> None:
    async with AsyncExitStack() as rooms:
        await asyncio.gather(*(comes(address, guest, rooms) for guest in guests))
        await asyncio.gather(*(brings(address, guest) for guest in guests))
        await asyncio.gather(*(says(guest) for guest in guests))
        if long:
            await asyncio.gather(*(trains(guest) for guest in guests))
        for one, other in zip(guests, guests[1:] + guests[:1], strict=True):
            await takes(one, other)
        await asyncio.sleep(REST)


async def comes(address: str, guest: Guest, rooms: AsyncExitStack) -> None:
    """Open a class and several pages, one by an address with a task of their own."""
    guest.classmate = await rooms.enter_async_context(looking(address, "open", name=guest.mark))
    paths = {
        "talk": "talk",
        "ant": "my-ant",
        "text": "language-model?language_part=inside",
        "task": f"quantization?guess=skip&assignment={quote(guest.mark)}",
    }
    for name, path in paths.items():
        guest.tabs[name] = await rooms.enter_async_context(visiting(address, path, keeps=True))


async def brings(address: str, guest: Guest) -> None:
    """Bring the script of a talk, whose file has the mark in its name and in each line."""
    script = TALK.format(mark=guest.mark).encode()
    guest.file = await give(guest.tabs["talk"], address, script, f"{guest.mark}.yaml")


async def says(guest: Guest) -> None:
    """Have a model read a text, and put a name on a record; then all of theirs is sent to them, and nobody else."""
    await guest.tabs["text"].set("text_input", string_value=guest.mark)
    await guest.tabs["ant"].set("text_input", string_value=guest.mark)
    assert guest.mark in json.dumps(guest.classmate.state)
    async with asyncio.timeout(5 * PATIENCE):
        while not all(guest.sees(tab) for tab in ("talk", "task", "text")):  # a file is read by another process
            await asyncio.sleep(0.2)


async def trains(guest: Guest) -> None:
    """Train from a seed of their own."""
    page = guest.tabs["task"]
    await page.set("number_input", HOUSE["seed"], double_value=guest.seed)
    await page.set("slider", HOUSE["epochs"], double_array_value=DoubleArray(data=[1]))
    await page.press(HOUSE["train with these"])
    await guest.has_heard(f"seed {guest.seed}")


async def takes(one: Guest, other: Guest) -> None:
    """Try to have the file of another on one's own page, by its id."""
    await name_file(one.tabs["talk"], other.file, f"{one.mark}.yaml", len(TALK))
