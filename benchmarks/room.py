"""A class that predicts together: a hundred phones that speak its protocol, so that no browser takes the cores."""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack

from tests.browser.app import started
from tests.browser.classmate import Classmate, looking
from tests.browser.visitor import visit

PHONES = 100
ROUNDS = 5  # questions
OPTIONS = ("2", "3", "4", "5", "6")
WITHIN = 3.0  # seconds in which all vote
APART = 1.0  # seconds between what the teacher does


def room() -> None:
    """A hundred phones join one class, are asked, vote, and see what is revealed: what one does → it is seen."""
    with tempfile.TemporaryDirectory() as cache:
        database = f"sqlite:///{cache}/class.sqlite"
        with started(MODELS_FOR_ANTS_CACHE=cache, MODELS_FOR_ANTS_DATABASE=database) as (address, _):
            time.sleep(30)  # until what the first pages show is measured
            visit(_class(address))


async def _class(address: str) -> None:
    took: dict[str, list[float]] = {"join": [], "question seen": [], "vote seen": [], "reveal seen": []}
    async with AsyncExitStack() as there:
        desk = await there.enter_async_context(looking(address, "open", name="7b"))
        phones = await asyncio.gather(*(_join(there, desk, number, took["join"]) for number in range(PHONES)))
        for _ in range(ROUNDS):
            await _ask(desk, phones, took)
        errors = [why for each in (desk, *phones) for why in each.errors]
        messages = sum(each.messages for each in phones) / PHONES
    for step, seconds in took.items():
        p95 = statistics.quantiles(seconds, n=20)[-1]
        all_of_them = f"p50 {statistics.median(seconds):.2f} s, p95 {p95:.2f} s, most {max(seconds):.2f} s"
        print(f"{step:18}  {all_of_them}; n={len(seconds)}")
    print(
        f"{PHONES} phones, {ROUNDS} questions, {messages:.0f} messages a phone, {len(errors)} errors {errors[:3]}",
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
    before = desk.state["question"]["number"] if desk.state["question"] else 0
    await desk.tell("ask", lesson="quantization", options=OPTIONS)
    asked = lambda state: state["question"] and state["question"]["number"] > before
    took["question seen"] += [at - began for at in await asyncio.gather(*(each.until(asked) for each in phones))]
    took["vote seen"] += await asyncio.gather(*map(_vote, phones, range(len(phones))))
    await desk.until(lambda state: state["question"]["answered"] == len(phones))
    await asyncio.sleep(APART)
    began = time.monotonic()
    await desk.tell("reveal", answer="4")
    seen = await asyncio.gather(*(each.until(lambda state: state["question"]["revealed"]) for each in phones))
    took["reveal seen"] += [at - began for at in seen]
    assert all(sum(each.state["question"]["counts"]) == len(phones) for each in phones)


async def _vote(phone: Classmate, number: int) -> float:
    """Seconds from a vote until the phone shows it."""
    chosen = random.Random(number)
    await asyncio.sleep(chosen.random() * WITHIN)
    option, began = chosen.choice(OPTIONS), time.monotonic()
    await phone.tell("vote", question=phone.state["question"]["number"], option=option)
    return await phone.until(lambda state: state["vote"] == option) - began
