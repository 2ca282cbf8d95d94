"""What a reader pastes in place of choosing: the output of `nvidia-smi`, `ollama list` or `ollama ps`."""

import json

import streamlit as st

from lessons.estimate.pasted_machine import PastedMachine
from lessons.estimate.pasted_models import PastedModel
from lessons.estimate.unknown_output import MOST_CHARACTERS
from lessons.jobs import ask
from lessons.jobs.uploads import MACHINE
from lessons.quantity import show
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.layout.plain import plain
from lessons.ui.state.visit import visitor
from lessons.ui.work.this_machine import USABLE
from lessons.ui.work.uploads import forget, read_once

WORDS = sections("llm-at-home")
TEXT, DONE = "llm_pasted", "pasted output that has set the knobs"
STOOD = "machine that stood there when output was pasted"
USUAL = "Q4_K_M"  # where neither a name nor a size says the format
MOST = 5  # models in a sentence


def field() -> None:
    """Where it is pasted. It is not in the address, for what follows from it is."""
    label, example = WORDS["pasted output"], WORDS["pasted output: example"]
    st.text_area(label, height=200, key=TEXT, placeholder=example, persist_state="session")
    browser.paste_field(key=f"{TEXT}_field", data={label: MOST_CHARACTERS})


def pasted() -> PastedMachine | None:
    """What was read of it; None where there is nothing, while it is read, and where it is refused, which is said."""
    text = _text()
    if not text:
        forget(TEXT)
        st.session_state.pop(DONE, None)
        return None
    file = [(TEXT, text.encode(errors="replace"))]
    ticket = read_once(TEXT, text, lambda: ask.read(MACHINE, file, visitor()))
    if ticket.error:
        st.warning(WORDS("pasted: refused", why=plain(ticket.error)), icon=":material/block:")
    return _machine(ticket.result[0]) if ticket.result else None


def is_new() -> bool:
    """Whether it has not set the knobs yet; from now on it has."""
    new = st.session_state.get(DONE) != _text()
    st.session_state[DONE] = _text()
    return new


def model(output: PastedMachine) -> PastedModel | None:
    """The model that runs, or is listed first, of those in our table."""
    known = [each for each in output.models if each.model]
    return next((each for each in known if each.cpu is not None), known[0] if known else None)


def ran(output: PastedMachine | None, name: str, card: str) -> PastedModel | None:
    """What `ollama ps` has printed of a model of our table; None once another card is chosen than was pasted."""
    models = output.models if output and output.card in (None, card) else ()
    return next((each for each in models if each.model == name and each.cpu is not None), None)


def without_machine(output: PastedMachine, card: str) -> list[tuple[str, dict]]:
    """A note that asks for the machine, where it was not in what was pasted, until another is chosen than was then."""
    text, stood = st.session_state.setdefault(STOOD, (_text(), card))
    if text != _text():
        st.session_state[STOOD], stood = (_text(), card), card
    if output.card or card != stood or card not in USABLE:
        return []
    least = WORDS("pasted: on a GPU", size=show(output.on_gpus, "bytes")) if output.on_gpus else ""
    return [("no machine", {"card": card, "least": least})]


def said(output: PastedMachine) -> str:
    """What was found, in words."""
    cards = [WORDS("pasted: cards", cards=output.cards, card=output.card)] if output.card else []
    each = [_of_model(model) for model in output.models[:MOST]]
    rest = len(output.models) - MOST
    return "; ".join((*cards, *each, *([WORDS("pasted: more", count=rest)] if rest > 0 else [])))


def _of_model(each: PastedModel) -> str:
    called = plain(each.called)
    if not each.model:
        return WORDS("pasted: unknown", called=called)
    if not each.form:
        return WORDS("pasted: no format", called=called, model=each.model, form=USUAL)
    return WORDS("pasted: model", called=called, model=each.model, form=each.form)


def _text() -> str:
    return (st.session_state.get(TEXT) or "").strip()[: MOST_CHARACTERS + 1]


def _machine(answer: bytes) -> PastedMachine:
    """The answer of the process that read it."""
    said = json.loads(answer)
    return PastedMachine(said["card"], said["cards"], tuple(PastedModel(**each) for each in said["models"]))
