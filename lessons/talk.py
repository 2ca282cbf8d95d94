"""A talk: states of lessons in the order they are shown on a stage, each with its words; read from YAML and checked
line by line. Those that ship with the app are in `talks/`.

This file knows no page: what can be set on one is passed in.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode

from lessons.catalog import HOME, LESSONS
from lessons.plain_yaml import BadYAMLError, Node, parse
from lessons.text import sections
from lessons.text.exercises import exercises

WORDS = sections("talk")
FOLDER = Path(__file__).parent / "talks"
LAB, PICTURE = "lab", "picture"  # what a state shows; else an exercise, by its name
MOST_STATES, MOST_COMPLAINTS = 200, 100
LONGEST = {"title": 120, "sees": 120, "says": 1500, "settings": 200}  # characters
LONGEST_STATE = 3600  # seconds
SHOWN = 60  # characters of a bad value that are repeated
NAMED = 12  # options that are named
LESSON_PATHS = tuple(lesson.path for lesson in (HOME, *LESSONS))


class Settable(Protocol):
    """One thing that can be set on a page: a knob."""

    name: str
    options: tuple[str, ...]  # none: any text

    def meant(self, value: str) -> str:
        """The option that a text means."""


KnobsOf = Callable[[str], Sequence[Settable]]  # of a lesson, by its path


@dataclass(frozen=True)
class State:
    """What a stage shows at one moment of a talk, and what is said there."""

    lesson: str  # its path
    sees: str  # what the audience sees, in one line
    says: str  # the speaker's words
    seconds: int  # planned
    settings: Mapping[str, str] = field(default_factory=dict, hash=False)  # by knob; the others: defaults
    shows: str = LAB

    @property
    def picture(self) -> Path:
        """Where its picture is, if one has been made: named by what is shown, so that other words leave it valid, and
        every talk that shows the same has it."""
        shown = json.dumps([self.lesson, sorted(self.settings.items()), self.shows])
        return FOLDER / "pictures" / f"{hashlib.sha256(shown.encode()).hexdigest()[:12]}.webp"


@dataclass(frozen=True)
class Talk:
    """States in the order they are shown. `name`: how an address names it."""

    name: str
    title: str
    states: tuple[State, ...]

    @property
    def seconds(self) -> int:
        """What all states are planned to take."""
        return sum(state.seconds for state in self.states)

    def query(self, number: int) -> dict[str, str]:
        """The parameters of the stage's address at the state with this number, from 1 on."""
        state = self.states[number - 1]
        shown = {} if state.shows in (LAB, PICTURE) else {"exercise": state.shows}
        return {"present": "1", "talk": self.name, "at": str(number)} | shown | dict(state.settings)

    def link(self, number: int) -> str:
        """Path and query of the stage at the state with this number, from 1 on."""
        lesson = self.states[number - 1].lesson
        return f"/{'' if lesson == HOME.path else lesson}?{urlencode(self.query(number))}"


class BadTalkError(ValueError):
    """A file that is no talk: all that is wrong with it, a sentence each that begins with its line."""

    def __init__(self, complaints: Sequence[str]) -> None:
        super().__init__("\n".join(complaints))
        self.complaints = tuple(complaints)


def shipped() -> list[str]:
    """The names of the talks that ship with the app."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def shipped_file(name: str) -> bytes:
    """The script of a talk that ships with the app. Raises KeyError where there is none of this name."""
    if name not in shipped():
        raise KeyError(name)
    return (FOLDER / f"{name}.yaml").read_bytes()


def read(name: str, file: bytes, knobs_of: KnobsOf) -> Talk:
    """The talk in a file. `knobs_of`: what can be set on the page of a lesson. Raises BadTalkError."""
    try:
        root = parse(file)
    except BadYAMLError as error:
        raise BadTalkError([WORDS("complaint", line=error.line, why=error.why)]) from None
    reading = _Reading(knobs_of)
    talk = reading.talk(name, root)
    if reading.complaints:
        raise BadTalkError(_in_words(reading.complaints))
    return talk


def _in_words(complaints: list[tuple[int, str]]) -> list[str]:
    """The first MOST_COMPLAINTS by line, and how many more there are."""
    said = [WORDS("complaint", line=line, why=why) for line, why in sorted(complaints)[:MOST_COMPLAINTS]]
    left = len(complaints) - len(said)
    return said + ([WORDS("more complaints", count=left)] if left else [])


class _Reading:
    """One file being read: what is wrong is collected, so that all is said at once."""

    def __init__(self, knobs_of: KnobsOf) -> None:
        self.knobs_of = knobs_of
        self.complaints: list[tuple[int, str]] = []

    def talk(self, name: str, root: Node) -> Talk:
        found = self._fields(root, ("title", "states"))
        title = self._text(found, "title", root)
        listed = self._listed(found.get("states"))
        if len(listed) > MOST_STATES:
            self._complain(listed[MOST_STATES], WORDS("too many states", most=MOST_STATES, states=len(listed)))
        return Talk(name, title, tuple(self._state(node) for node in listed[:MOST_STATES]))

    def _listed(self, node: Node | None) -> list[Node]:
        if node is None:
            return []
        if not (isinstance(node.value, list) and node.value):
            self._complain(node, WORDS["no states"])
            return []
        return node.value

    def _state(self, node: Node) -> State:
        found = self._fields(node, ("lesson", "sees", "says", "seconds"), ("settings", "shows"))
        lesson = self._lesson(found.get("lesson"))
        return State(
            lesson,
            self._text(found, "sees", node),
            self._text(found, "says", node),
            self._seconds(found.get("seconds")),
            dict(self._settings(found.get("settings"), lesson)),
            self._shows(found.get("shows"), lesson),
        )

    def _fields(self, node: Node, needed: Sequence[str], also: Sequence[str] = ()) -> dict[str, Node]:
        """The values of a mapping by their keys, which are among these; each needed one is there."""
        if not isinstance(node.value, tuple):
            self._complain(node, WORDS("no mapping", keys=", ".join((*needed, *also))))
            return {}
        found = dict(self._named(node, (*needed, *also)))
        for key in needed:
            if key not in found:
                self._complain(node, WORDS("missing", key=key))
        return found

    def _named(self, node: Node, known: Sequence[str]) -> Iterator[tuple[str, Node]]:
        seen = set()
        for key, value in node.value:
            name = _text_of(key)
            if name not in known:
                self._complain(key, WORDS("unknown key", key=_short(name or ""), keys=_likely(name or "", known)))
            elif name in seen:
                self._complain(key, WORDS("given twice", key=name))
            else:
                seen.add(name)
                yield name, value

    def _text(self, found: Mapping[str, Node], key: str, around: Node) -> str:
        if key not in found:
            return ""
        text = _text_of(found[key])
        if text is None or not text.strip():
            self._complain(found[key], WORDS("no text", key=key))
        elif len(text) > LONGEST[key]:
            self._complain(found[key], WORDS("too long", key=key, most=LONGEST[key], length=len(text)))
        return " ".join((text or "").split())

    def _seconds(self, node: Node | None) -> int:
        text = _text_of(node) if node else "1"
        if not (text and text.isascii() and text.isdigit() and len(text) < 5 and 0 < int(text) <= LONGEST_STATE):
            self._complain(node, WORDS("no seconds", most=LONGEST_STATE))
            return 0
        return int(text)

    def _lesson(self, node: Node | None) -> str:
        """The path of a lesson; none where it is not one."""
        if node is None:
            return ""
        text = _text_of(node) or ""
        if text not in LESSON_PATHS:
            self._complain(node, WORDS("no lesson", lesson=_short(text), lessons=_likely(text, LESSON_PATHS)))
            return ""
        return text

    def _settings(self, node: Node | None, lesson: str) -> Iterator[tuple[str, str]]:
        if node is None:
            return
        if not isinstance(node.value, tuple):
            self._complain(node, WORDS["no settings"])
        elif lesson:
            knobs = {knob.name: knob for knob in self.knobs_of(lesson)}
            for name, value in self._named(node, [*knobs]):
                option = self._option(knobs[name], value)
                if option is not None:
                    yield name, option

    def _option(self, knob: Settable, node: Node) -> str | None:
        text = _text_of(node)
        if text is None:
            self._complain(node, WORDS("no option", knob=knob.name, options=_likely("", knob.options)))
            return None
        if len(text) > LONGEST["settings"]:
            self._complain(node, WORDS("too long", key=knob.name, most=LONGEST["settings"], length=len(text)))
            return None
        meant = knob.meant(text)
        if knob.options and meant not in knob.options:
            options = _likely(text, knob.options)
            self._complain(node, WORDS("other option", knob=knob.name, option=_short(text), options=options))
            return None
        return meant

    def _shows(self, node: Node | None, lesson: str) -> str:
        text = LAB if node is None else _text_of(node) or ""
        if not lesson:
            return text
        known = (LAB, *([PICTURE] if "predict" in sections(lesson) else []), *exercises(lesson))
        if text not in known:
            self._complain(node, WORDS("shows nothing", lesson=lesson, shown=_short(text), known=", ".join(known)))
        return text

    def _complain(self, node: Node, why: str) -> None:
        self.complaints.append((node.line, why))


def _text_of(node: Node) -> str | None:
    """None where it is a list or a mapping."""
    return node.value if isinstance(node.value, str) else None


def _short(text: str) -> str:
    """A speaker's own text, in one line and not long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= SHOWN else f"{plain[:SHOWN]}…"


def _likely(text: str, known: Sequence[str]) -> str:
    """What may have been meant: what is written nearly so, or else all there is, if that is not much."""
    near = known if text[:1].isdigit() else get_close_matches(text, known, n=3) or known
    return ", ".join(near[:NAMED]) + (", …" if len(near) > NAMED else "")
