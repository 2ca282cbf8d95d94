"""Text as a model sees it, on the page: its tokens, what moved, and what it writes."""

import html
from collections.abc import Iterable

import streamlit as st

from lessons.experiment import Experiment
from lessons.jobs import language
from lessons.language.results import Inside, Moved
from lessons.quantity import Quantity, counted
from lessons.text import sections
from lessons.ui.language_model.model_picker import Writer
from lessons.ui.layout.plain import plain
from lessons.ui.layout.presenter import presenting
from lessons.ui.layout.tiles import numbers
from lessons.ui.state.knob import Knob
from lessons.ui.state.widgets import choice, more
from lessons.ui.work.ask_button import asked
from lessons.ui.work.generated_text import written

WORDS = sections("language-model")
CONTINUATION_TOKENS = {False: 240, True: 60}  # tokens written by a small model, and by a large one
FULL = 2.0  # nats of KL at which a token has the full colour
SHADE = 55  # % of the colour, at most: what is written on it must be read
HEAT = Knob("language_temperature", WORDS["temperature"], ("0", "0.3", "0.5", "0.8", "1", "1.5", "2"), "0.8")
SEED = Knob("language_seed", WORDS["seed"], tuple(map(str, range(6))), "0")
VISIBLE = {" ": "␣", "\n": "⏎", "\t": "⇥"}


def tokens(seen: Inside) -> None:
    """Tokens side by side, each in a frame, and what is not among them."""
    st.html(_line(f"<span class='token-box'>{html.escape(shown(piece))}</span>" for piece in seen.pieces))
    last = WORDS("last tokens", last=len(seen.pieces), tokens=counted(seen.count, "token"))
    unknown = WORDS("unknown", count=seen.unknown) if seen.unknown != 1 else WORDS["unknown: one"]
    said = [*([last] if seen.count > len(seen.pieces) else []), *([unknown] if seen.unknown else [])]
    if said:
        st.caption(" ".join(said))


def read_and_write(writer: Writer, shrunk: Experiment, text: str) -> dict[str, Quantity]:
    """How a shrunk model reads a text, coloured, and what both write after it; on a stage only this, without knobs.
    Gives the numbers that show."""
    if presenting():
        side_by_side(writer, shrunk, text, float(HEAT.default), int(SEED.default))
        return {}
    with st.container(horizontal=True, vertical_alignment="bottom"), more(WORDS["temperature and seed"]):
        heat, number = float(choice(HEAT)), int(choice(SEED))
    found = coloured(writer, shrunk, text)
    if side_by_side(writer, shrunk, text, heat, number):
        found |= speeds(shrunk)
    return found


def coloured(writer: Writer, shrunk: Experiment, text: str) -> dict[str, Quantity]:
    """A text, each token the more coloured, the further the probabilities in its place have moved; hovering says how.
    Gives how far they have, on average and at most."""
    moved = asked("words", WORDS["colour"], language.comparing, shrunk, text, large=writer.large)
    if not moved:
        return {}
    given, _, rest = text.partition("".join(token.piece for token in moved))
    given, rest = (html.escape(part) if given != text else "" for part in (given, rest))
    st.html(f"<p class='moved-text'>{given}{''.join(map(_moved, moved))}{rest}</p>")
    st.caption(" ".join([WORDS("full colour", nats=f"{FULL:g}"), *([WORDS["rest not read"]] if rest else [])]))
    mean, most = sum(token.kl for token in moved) / len(moved), max(moved, key=lambda token: token.kl)
    how = WORDS("kl of a text", tokens=len(moved))
    found = {
        WORDS["kl mean"]: Quantity("kl", mean, "nats", "measured", source=how),
        WORDS["kl largest"]: Quantity("kl", most.kl, "nats", "measured", source=how),
    }
    shares = {"before": f"{100 * most.before:.1f} %", "now": f"{100 * most.after:.1f} %"}
    numbers(found, {WORDS["kl largest"]: WORDS("kl largest at", piece=plain(shown(most.piece)), **shares)})
    return found


def side_by_side(writer: Writer, shrunk: Experiment, begin: str, temperature: float, seed: int) -> bool:
    """What a model and the shrunk one write after the same text, from the same seed; gives whether both have
    written."""
    how = (CONTINUATION_TOKENS[writer.large] // (2 if presenting() else 1), temperature, seed)
    done = []
    both = {"unshrunk": (WORDS["writes: unshrunk"], writer.model), "shrunk": (WORDS["writes: shrunk"], shrunk)}
    for place, (name, (title, model)) in zip(st.columns(2), both.items(), strict=True):
        with place.container(key=f"writes_{name}"):
            st.markdown(f"**{title}**")
            done.append(written(f"writes_{name}", model, begin, how, writer.large))
    return all(done)


def speeds(shrunk: Experiment) -> dict[str, Quantity]:
    """How fast a model writes unshrunk and shrunk, timed in turns; nothing while that is under way. Gives the
    numbers."""
    rates = asked("speeds", WORDS["time both"], language.writing_in_turns, shrunk, large=False)
    if not rates:
        return {}
    found = {WORDS["rate unshrunk"]: rates["unshrunk"], WORDS["rate shrunk"]: rates["shrunk"]}
    numbers(found)
    return found


def _moved(token: Moved) -> str:
    percent = round(SHADE * min(token.kl / FULL, 1))
    shares = {"before": f"{100 * token.before:.1f} %", "now": f"{100 * token.after:.1f} %"}
    tops = {"first": shown(token.likeliest_before), "then": shown(token.likeliest_after)}
    title = WORDS("moved token", kl=f"{token.kl:.2f}", **shares, **tops)
    words = html.escape(token.piece).replace("\n", "⏎<br>")
    return f"<span class='moved' style='--moved:{percent}%' title='{html.escape(title)}'>{words}</span>"


def shown(piece: str) -> str:
    """A token with what cannot be seen made visible at its ends."""
    return "".join(VISIBLE.get(letter, letter) for letter in piece) or WORDS["end"]


def _line(parts: Iterable[str]) -> str:
    return "<p class='token-line'>" + " ".join(parts) + "</p>"
