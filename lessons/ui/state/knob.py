"""What a URL asks for, read before any widget exists. Streamlit drops what it cannot use without a word; this says
so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lessons.text import sections

WORDS = sections("house")
SHOWN = 40  # characters of a bad value that are repeated to the reader
NOT_OURS = ("embed", "embed_options")  # Streamlit's own


@dataclass(frozen=True)
class Knob:
    """One thing a reader can set. `name` is its URL parameter and widget key; `options` are written in the URL as they
    are. Without options any text will do."""

    name: str
    label: str
    options: tuple[str, ...]
    default: str
    help: str | None = None
    was: Mapping[str, str] = field(default_factory=dict, compare=False)  # what options are called in older links

    def meant(self, value: str) -> str:
        """The option that an address means: a number that it says without its commas, and an older name, too."""
        plain = (option for option in self.options if option.replace(",", "") == value)
        return self.was.get(value) or next(plain, value)


def count(option: str) -> int:
    """The number that an option is: 8192 for `8,192`."""
    return int(option.replace(",", ""))


def complaints(query: Mapping[str, Sequence[str]], knobs: Sequence[Knob], others: Sequence[str] = ()) -> list[str]:
    """One sentence for each thing in the query that will be ignored. `others`: parameters that are no knobs."""
    by_name = {knob.name: knob for knob in knobs}
    found = []
    for name, values in query.items():
        if name in by_name:
            knob = by_name[name]
            if len(values) != 1:
                found.append(WORDS("knob given twice", name=name, times=len(values), default=knob.default))
            elif knob.options and knob.meant(values[0]) not in knob.options:
                found.append(WORDS("not possible", name=name, value=short(values[0]), default=knob.default))
        elif name not in others and name not in NOT_OURS:
            found.append(WORDS("no setting", name=short(name)))
    return found


def short(text: str) -> str:
    """A reader's own text, safe to show: one line, no Markdown, not long."""
    plain = "".join(c if c.isalnum() or c in "._-+= " else "·" for c in text[: SHOWN + 1])
    return plain if len(text) <= SHOWN else plain[:SHOWN] + "…"
