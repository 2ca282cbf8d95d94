"""What a reader's browser keeps for them: answers, predictions, models. The server holds it for this visit alone.

Entries go by their names (`exercise/quantization/levels`); of two with one name the later counts. So tabs, and files
that are brought along, add to each other. What was made before all was deleted does not come back.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from lessons import checked_json
from lessons.progress import BadEntry, check
from lessons.text import sections
from lessons.ui import browser
from lessons.ui.state.rerun import of_the_page

WORDS = sections("house")
TROUBLE = {"full": WORDS["kept: full"], "off": WORDS["kept: off"]}
KEPT, KEEPER = "what the browser keeps", "keeper"
LONGEST = 1_000_000  # characters that a browser may tell
DAY = 24 * 3600 * 1000  # ms that a clock may be ahead


@dataclass
class KeptEntries:
    """Entries by name, each a value and the time it was made (ms); what is older than `cleared` is gone."""

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    cleared: float = 0
    unreadable: bool = False  # whether the browser holds something else under our name

    def take(self, other: Mapping[str, Any]) -> None:
        """Add what is newer."""
        self.cleared = max(self.cleared, other["cleared"])
        for name, entry in other["entries"].items():
            if name not in self.entries or entry["at"] > self.entries[name]["at"]:
                self.entries[name] = entry
        self.entries = {name: entry for name, entry in self.entries.items() if entry["at"] > self.cleared}


def kept(name: str, default: Any = None) -> Any:
    """What is kept under a name."""
    entry = _all().entries.get(name)
    return entry["value"] if entry else default


def kept_below(name: str) -> dict[str, Any]:
    """All that is kept below a name, by the rest of its name, the oldest first."""
    below = {each: entry for each, entry in _all().entries.items() if each.startswith(f"{name}/")}
    rising = sorted(below.items(), key=lambda named: named[1]["at"])
    return {each.removeprefix(f"{name}/"): entry["value"] for each, entry in rising}


def keep(name: str, value: Any) -> None:
    """Keep a plain value under a name; what is kept there already stays as it is."""
    if kept(name) != value:
        _all().take({"cleared": 0, "entries": {name: {"value": value, "at": _now()}}})


def all_kept() -> dict[str, Any]:
    """Every entry with its time, and when all before was deleted."""
    return _as_json()


def bring(kept: Mapping[str, Any]) -> None:
    """Add entries that were kept elsewhere. What is older than a deletion here comes back all the same, for a reader
    wants it; what calls itself made later than now is made now."""
    now, cleared = _now(), _all().cleared
    oldest_first = sorted(kept["entries"].items(), key=lambda named: named[1]["at"])
    anew = {name: entry | {"at": now + n / 1000} for n, (name, entry) in enumerate(oldest_first)}
    entries = {name: entry if cleared < entry["at"] <= now else anew[name] for name, entry in oldest_first}
    _all().take({"cleared": 0, "entries": entries})


def forget_all() -> None:
    """Delete everything, here and in the browser, its other tabs too. For callbacks."""
    _all().take({"cleared": _now(), "entries": {}})


def sends(name: str) -> None:
    """Have the browser keep what is under a name: where it was made in a part of a page that runs by itself."""
    if entry := _all().entries.get(name):
        with st.container(key=f"look_keeps_{name}"):
            browser.keep(key=f"keeps_{name}", data={"entries": {name: entry}, "cleared": _all().cleared})


def listen() -> None:
    """What tells the server what the browser keeps, and has it keep more; whether it cannot, and what that means."""
    with st.container(key="look_keeper"):
        browser.keep(
            key=KEEPER, data=_as_json() | {"listens": True}, on_found_change=_take, on_trouble_change=lambda: None
        )
    told = st.session_state.get(KEEPER) or {}
    if _all().unreadable:
        st.sidebar.warning(WORDS["kept: unreadable"])
    elif (trouble := told.get("trouble")) in TROUBLE:
        st.sidebar.warning(TROUBLE[trouble])


def _as_json() -> dict[str, Any]:
    return {"entries": _all().entries, "cleared": _all().cleared}


@of_the_page
def _take() -> None:
    found = (st.session_state.get(KEEPER) or {}).get("found")
    if found is None:
        return
    try:
        _all().take(read(found))
        _all().unreadable = False
    except ValueError:
        _all().unreadable = True


def read(text: str) -> dict[str, Any]:
    """Entries as a browser holds them. Raises ValueError for what is none. Single ones that are not understood, as of
    exercises that once were there, stay in the browser and do not count here."""
    if len(text) > LONGEST:
        raise ValueError(text[:80])
    found = checked_json.loads(text)
    if not isinstance(found, dict) or set(found) != {"entries", "cleared"} or not isinstance(found["entries"], dict):
        raise ValueError(text[:80])
    times = [found["cleared"], *(_time(entry) for entry in found["entries"].values())]
    if not all(isinstance(at, int | float) and 0 <= at <= _now() + DAY for at in times):
        raise ValueError(text[:80])
    return found | {
        "entries": {name: entry for name, entry in found["entries"].items() if _counts(name, entry["value"])}
    }


def _counts(name: str, value: Any) -> bool:
    try:
        check(name, value)
    except BadEntry:
        return False
    return True


def _time(entry: Any) -> Any:
    return entry["at"] if isinstance(entry, dict) and set(entry) == {"value", "at"} else None


def _all() -> KeptEntries:
    return st.session_state.setdefault(KEPT, KeptEntries())


def _now() -> float:
    return time.time() * 1000
