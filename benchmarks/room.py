"""A class that predicts together, and posts: a hundred phones that speak its protocol, so that no browser takes the
cores."""

import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack

from lessons.classroom import student
from lessons.database import SETTING
from lessons.experiment import Quantize, shipped
from tests.browser.app import started
from tests.browser.classmate import Classmate, looking
from tests.browser.visitor import visit

PHONES = 100
ROUNDS = 5  # questions
OPTIONS = ("2", "3", "4", "5", "6")
WITHIN = 3.0  # seconds in which all vote
APART = 1.0  # seconds between what the teacher does
CURVE = [(step, 80.0 + step / 80) for step in range(80, 400, 80)]  # as an overlay has it


def room() -> None:
    """A hundred phones join one class, are asked, vote, see what is revealed, and see a hundred runs posted: what one
    does → it is seen."""
    with tempfile.TemporaryDirectory() as cache:
        database = f"sqlite:///{cache}/class.sqlite"
        os.environ[SETTING] = database  # where runs are posted from here: no browser can
        with started(MODELS_FOR_ANTS_CACHE=cache) as (address, _):
            time.sleep(30)  # until what the first pages show is measured
            visit(_class(address))


async def _class(address: str) -> None:
    took: dict[str, list[float]] = {
        "join": [],
        "question seen": [],
        "vote seen": [],
        "reveal seen": [],
        "post seen": [],
    }
    async with AsyncExitStack() as there:
        desk = await there.enter_async_context(looking(address, "open", name="7b"))
        phones = await asyncio.gather(*(_join(there, desk, number, took["join"]) for number in range(PHONES)))
        for _ in range(ROUNDS):
            await _ask(desk, phones, took)
        before = sum(each.bytes for each in phones)
        await _post(desk, phones, took)
        kilobytes = (sum(each.bytes for each in phones) - before) / 1000 / PHONES
        errors = [why for each in (desk, *phones) for why in each.errors]
        messages = sum(each.messages for each in phones) / PHONES
    for step, seconds in took.items():
        p95 = statistics.quantiles(seconds, n=20)[-1]
        all_of_them = f"p50 {statistics.median(seconds):.2f} s, p95 {p95:.2f} s, most {max(seconds):.2f} s"
        print(f"{step:18}  {all_of_them}; n={len(seconds)}")
    sizes = f"{messages:.0f} messages a phone, {kilobytes:.0f} kB a phone for the posts"
    print(
        f"{PHONES} phones, {ROUNDS} questions, {PHONES} posts, {sizes}, {len(errors)} errors {errors[:3]}",
        flush=True,
    )


async def _join(there: AsyncExitStack, desk: Classmate, number: int, took: list[float]) -> Classmate:
    """One of many who scan the code within a few seconds, and then see the class."""
    await asyncio.sleep(random.Random(number).random() * WITHIN)
    began = time.monotonic()
    phone = await there.enter_async_context(looking(desk.address, "join", code=desk.code, nickname=f"ant {number}"))
    took.append(time.monotonic() - began)
    return phone


async def _ask(desk: Classmate, phones: Sequence[Classmate], took: dict[str, list[float]]) -> None:
    began = time.monotonic()
    took["question seen"] += [at - began for at in await _question(desk, phones)]
    took["vote seen"] += await asyncio.gather(*map(_vote, phones, range(len(phones))))
    await desk.until(lambda state: state["question"]["answered"] == len(phones))
    await asyncio.sleep(APART)
    began = time.monotonic()
    await desk.tell("reveal", answer="4")
    seen = await asyncio.gather(*(each.until(lambda state: state["question"]["revealed"]) for each in phones))
    took["reveal seen"] += [at - began for at in seen]
    assert all(sum(each.state["question"]["counts"]) == len(phones) for each in phones)


async def _question(desk: Classmate, phones: Sequence[Classmate]) -> list[float]:
    """When each phone sees a question that is asked."""
    before = desk.state["question"]["number"] if desk.state["question"] else 0
    await desk.tell("ask", lesson="quantization", options=OPTIONS)
    asked = lambda state: state["question"] and state["question"]["number"] > before
    return await asyncio.gather(*(each.until(asked) for each in phones))


async def _post(desk: Classmate, phones: Sequence[Classmate], took: dict[str, list[float]]) -> None:
    """All post a run within a few seconds; each must be seen by all. The posts are written as a page of the server
    writes them, and told by a member's vote, which is what makes the server look."""
    await desk.tell("begin", kind="network", threshold=None)
    await asyncio.gather(*(each.until(lambda state: state["activity"]) for each in phones))
    await _question(desk, phones)
    times: dict[int, float] = {}  # of posts, by member

    async def posts(phone: Classmate, number: int) -> None:
        await asyncio.sleep(random.Random(number).random() * WITHIN)
        member, token = phone.state["member"], phone.cookie.partition("=")[2]
        times[member] = time.monotonic()
        run, activity = shipped() | Quantize(4), phone.state["activity"]
        await asyncio.to_thread(student.post, phone.code, token, activity, run, {"accuracy": 85.0}, CURVE)
        await phone.tell("vote", question=phone.state["question"]["number"], option=OPTIONS[0])

    async def sees(phone: Classmate) -> list[float]:
        seen: dict[int, float] = {}
        while (known := len(seen)) < len(phones):
            await phone.until(lambda _, known=known: len(phone.runs) > known)
            seen |= {run["member"]: time.monotonic() for run in phone.runs if run["member"] not in seen}
        return [at - times[member] for member, at in seen.items()]

    _, *seen = await asyncio.gather(asyncio.gather(*map(posts, phones, range(len(phones)))), *map(sees, phones))
    took["post seen"] += [each for of in seen for each in of]


async def _vote(phone: Classmate, number: int) -> float:
    """Seconds from a vote until the phone shows it."""
    chosen = random.Random(number)
    await asyncio.sleep(chosen.random() * WITHIN)
    option, began = chosen.choice(OPTIONS), time.monotonic()
    await phone.tell("vote", question=phone.state["question"]["number"], option=option)
    return await phone.until(lambda state: state["vote"] == option) - began
