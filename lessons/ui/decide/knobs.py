"""What a reader needs a model for, as knobs say it; and the other values of them that could change an answer."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lessons.estimate.cost import words_use
from lessons.estimate.requirements import TASKS, Requirements
from lessons.estimate.roofline import Machine, machine_of
from lessons.estimate.selection import Alternatives
from lessons.facts import Board
from lessons.facts.board_memory import GIB
from lessons.facts.deciding import evidence, prices
from lessons.facts.home_machines import DESKTOP, group_of, home_machines
from lessons.jobs import ask
from lessons.quantity import Quantity
from lessons.text import sections
from lessons.ui.state.knob import Knob, count
from lessons.ui.state.widgets import choice, field, more, pick, slider, sliders
from lessons.ui.work.ledger import at_the_plug
from lessons.ui.work.results import answer
from lessons.ui.work.this_machine import HERE, LENGTHS, NAMES, TITLES, USABLE, measured, this_machine

WORDS = sections("deciding")
LAPTOP, USUAL, NO_LIMIT = "a laptop (16 GB, 100 GB/s, 30 W)", "as usual", "no limit"
STAYS, THERE, BOUGHT_NOW, ALONE = "must stay", "there already", "bought for this", "for this alone, all day"
A_LAPTOP = Machine(LAPTOP, 16 * GIB, 100e9, 3e12, watts=30)  # as such things are: no data sheet, and said so
TASK = Knob("decide_task", WORDS["knob: task"], tuple(TASKS), "sort texts")
TIMED = tuple(  # of which enough is known for the seconds of a prompt
    name
    for name, board in USABLE.items()
    if name not in home_machines() or (board.memory_GB and board.fp16_dense_TFLOPS)
)
WORKSTATION = TITLES["NVIDIA RTX A6000"]
MACHINE = Knob("decide_machine", WORDS["knob: machine"], (LAPTOP, HERE, *map(TITLES.get, TIMED)), LAPTOP, was=TITLES)
WORSE = Knob(
    "decide_worse",
    WORDS["knob: worse"],
    ("0", "1", "2", "5", "10", "20", "50"),
    "5",
    WORDS["help: worse"],
)
USES = Knob(
    "decide_uses",
    WORDS["knob: uses"],
    (*(f"{each * 10**n:,}" for n in range(6) for each in (1, 3)), "1,000,000"),
    "1,000",
)
PRIVACY = Knob("decide_privacy", WORDS["knob: privacy"], ("may leave the house", STAYS), "may leave the house")
BUDGET = Knob("decide_budget", WORDS["knob: budget"], (*(str(10**n) for n in range(6)), NO_LIMIT), NO_LIMIT)
BOUGHT = Knob("decide_bought", WORDS["knob: bought"], (THERE, BOUGHT_NOW), THERE, WORDS["help: bought"])
WAITS = Knob("decide_waits", WORDS["knob: waits"], ("anyway", ALONE), "anyway", WORDS["help: waits"])
KWH = Knob("decide_kwh", WORDS["knob: kwh"], ("0.1", "0.15", "0.2", "0.3", "0.4"), "0.3")
CLOUD = Knob("decide_cloud", WORDS["knob: cloud"], tuple(prices()), "DeepSeek-V3 (Together AI)")
PROMPT = Knob("decide_prompt", WORDS["knob: prompt"], (USUAL, *LENGTHS), USUAL)
TEXT = Knob("decide_text", WORDS["knob: text"], (), "", WORDS["help: text"])
ANSWER = Knob("decide_answer", WORDS["knob: answer"], (USUAL, *LENGTHS), USUAL)
KNOBS = (TASK, MACHINE, WORSE, USES, PRIVACY, BUDGET, BOUGHT, WAITS, KWH, CLOUD, PROMPT, ANSWER, TEXT)
GUESSES = ("1×", "10×", "100×", "1000×", "10000×")
A_TOKEN = 4  # characters of English text: a rule of thumb
LONGEST = int(LENGTHS[-1])  # tokens
ALSO = (
    "NVIDIA GeForce RTX 3080",
    "NVIDIA GeForce RTX 4090",
    "NVIDIA RTX A6000",
    "NVIDIA A100 SXM4 80 GB",
    "NVIDIA H200 SXM",
    "NVIDIA B300 (Blackwell Ultra)",
)


def asked(top: DeltaGenerator) -> Requirements | None:
    """Draw the knobs, the sliders at the `top`: what is asked; None while this machine is being measured, if it is the
    one."""
    with top:
        uses, worse = sliders(USES, WORSE)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        task, text = pick(TASK), field(TEXT, WORDS["example"], live=False)
        with more():
            card = NAMES.get(title := pick(MACHINE), title)
            privacy, budget = choice(PRIVACY), slider(BUDGET)
            bought, waits = choice(BOUGHT, card in USABLE), choice(WAITS, _idles(card))
            kwh, cloud = choice(KWH), pick(CLOUD)
            prompt, written = slider(PROMPT, not text), slider(ANSWER)
    machine = A_LAPTOP if card == LAPTOP else _machine(card)
    if machine is None:
        return None
    tokens = tokens_of(text) or (TASKS[task].prompt if prompt == USUAL else int(prompt))
    return Requirements(
        task=task,
        prompt=tokens,
        answer=TASKS[task].answer if written == USUAL else int(written),
        worse=float(worse),
        uses=count(uses),
        budget=_limit(budget),
        stays=privacy == STAYS,
        machine=machine,
        board=USABLE.get(card),
        bought=bought == BOUGHT_NOW and card in USABLE,
        waits=waits == ALONE and _idles(card),
        kwh=float(kwh),
        price=prices()[cloud],
        words=_words(tokens),
    )


def tokens_of(text: str | None) -> int:
    """About how many tokens a text has; 0 where there is none."""
    found = (text or "").strip()
    return min(LONGEST, max(1, round(len(found) / A_TOKEN))) if found else 0


def usual() -> Requirements:
    """Where all knobs stand as they are found."""
    task = TASKS[TASK.default]
    kwh, price = float(KWH.default), prices()[CLOUD.default]
    return Requirements(
        TASK.default,
        *task[:2],
        float(WORSE.default),
        count(USES.default),
        _limit(BUDGET.default),
        False,
        A_LAPTOP,
        None,
        False,
        False,
        kwh,
        price,
    )


def others(task: str) -> dict[str, Alternatives]:
    """By knob, the other values that are tried for an answer that they change; of the cloud, models of which a score is
    listed."""
    scored = {row.model for row in evidence() if row.task == task}
    machines = {LAPTOP: {"machine": A_LAPTOP, "board": None}}
    machines |= {name: {"machine": _card(USABLE[name]), "board": USABLE[name]} for name in ALSO}
    return {
        WORSE.label: {each: {"worse": float(each)} for each in WORSE.options},
        USES.label: {each: {"uses": count(each)} for each in USES.options},
        PRIVACY.label: {each: {"stays": each == STAYS} for each in PRIVACY.options},
        BUDGET.label: {
            each if each == NO_LIMIT else f"{int(each):,}": {"budget": _limit(each)} for each in BUDGET.options
        },
        MACHINE.label: machines,
        CLOUD.label: {each: {"price": price} for each, price in prices().items() if price.model in scored},
    }


def _idles(card: str) -> bool:
    """Whether it is in a desktop computer: of other machines no idle power is sourced."""
    return card in USABLE and group_of(card) in (None, DESKTOP)


def _card(board: Board) -> Machine:
    """A card as a machine; where nobody says the peak of its matrix units with that of its shaders, which is less."""
    machine = machine_of(board)
    return machine if machine.peak else machine._replace(peak=(board.fp32_TFLOPS or 0) * 1e12)


def _machine(card: str) -> Machine | None:
    if card != HERE:
        return _card(USABLE[card])
    found = measured()
    return found and this_machine(found)


def _limit(budget: str) -> float:
    return float("inf") if budget == NO_LIMIT else float(budget)


def _words(tokens: int) -> tuple[Quantity, float] | None:
    """Wh at the wall and seconds of a text that is sorted without a model, as measured here; None until it is."""
    seconds = answer(ask.add_words, tokens)
    if seconds is None:
        return None
    return words_use(seconds, at_the_plug(seconds)), seconds
