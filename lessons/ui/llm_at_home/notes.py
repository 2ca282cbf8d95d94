"""What is to be said of what was asked for: the names of notes in the text, and what is in each."""

from lessons.estimate import kv_cells
from lessons.estimate.at_home import suits
from lessons.estimate.gguf_size import as_published
from lessons.estimate.pasted_machine import PastedMachine
from lessons.estimate.roofline import Machine
from lessons.facts.architectures import Architecture, native_formats
from lessons.facts.board_memory import GIB, memory_bytes
from lessons.facts.engines import METAL, PROCESSOR
from lessons.facts.home_machines import CPU, group_of, has_main_memory, home_machines
from lessons.text import sections
from lessons.ui.llm_at_home import pasting
from lessons.ui.llm_at_home.knobs import CARDS, USUAL, Rest
from lessons.ui.llm_at_home.sizes import in_both
from lessons.ui.work.this_machine import HERE, USABLE

WORDS = sections("llm-at-home")
NARROW = ("fp8", "MXFP4")  # formats of fewer than 16 bits in which models are published
Note = tuple[str, dict]  # the name of a sentence about what was asked, and what is in it


def of_pasted(pasted: PastedMachine) -> list[Note]:
    """What was pasted, and what of it cannot be shown."""
    found = [("pasted", {"said": pasting.said(pasted)})]
    shown = most_cards(pasted)
    return [*found, ("fewer", {"cards": pasted.cards, "shown": shown})] if int(shown) < pasted.cards else found


def most_cards(pasted: PastedMachine) -> str:
    """The most cards that can be chosen of those that were pasted."""
    return max((each for each in CARDS.options if int(each) <= max(pasted.cards, 1)), key=int)


def instead(shape: Architecture, form: str, context: int) -> list[Note]:
    """What is to be said where a model is not run as sliders ask, since it cannot be."""
    notes: list[Note] = []
    if not suits(shape, form := as_published(shape, form)):
        notes.append(("unavailable", {"form": form, "instead": USUAL}))
    if shape.context and context > shape.context:
        notes.append(("cut", {"name": shape.name, "most": f"{shape.context:,}"}))
    return notes


def of_model(shape: Architecture, windows: bool) -> list[Note]:
    """What is to be said of a model that is not run as others are."""
    left_out = [part for part in shape.note.split("; ") if part.endswith(WORDS["not counted"])]
    notes: list[Note] = [("vision", {"what": "; ".join(left_out)})] if left_out else []
    if shape.native in NARROW and not shape.own:
        known = native_formats().get(shape.name)
        source = " " + WORDS("published there", url=known.url) if known else ""
        notes.append((shape.native, {"name": shape.name, "source": source}))
    if windows and shape.sliding_layers and not kv_cells.forgets(shape):
        notes.append(("window", {"name": shape.name, "window": f"{shape.sliding_window:,}"}))
    return notes


def of_machine(card: str, rest: Rest) -> list[Note]:
    """What is to be said of a machine that is not one card beside a main memory."""
    if card == HERE:
        return []
    if two_memories(card, rest.by_hand):
        return [(rest.split, {"cards": rest.cards})] if rest.cards > 1 else []
    if rest.by_hand:
        return [(rest.by_hand.backend, {})]
    if group_of(card) == CPU:
        return [("processor", {"memory": f"{rest.main / GIB:g}"})]
    share = home_machines()[card].gpu_share if card in home_machines() else None
    said = {"card": card, "usable": in_both(memory_bytes(USABLE[card]))}
    return [("share" if share else "shared", said)]


def two_memories(card: str, by_hand: Machine | None) -> bool:
    """Whether there is a main memory beside the card's, to offload layers to. `by_hand`: what the card is, if it is
    put together by hand."""
    alone = by_hand is not None and by_hand.backend in (METAL, PROCESSOR)
    return card != HERE and not alone and has_main_memory(card)
