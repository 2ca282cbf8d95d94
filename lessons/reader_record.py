"""The record of what a reader has done, as a file: to take along, to bring back, to show, and to verify by running its
models again. Not to be confused with recordings, which are results of this app."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lessons import checked_json
from lessons.ant import Ant
from lessons.progress import ANT, BadEntry, check
from lessons.quantity import Measurement, Quantity
from lessons.text import sections

WORDS = sections("progress")
KIND, VERSION = "models-for-ants record", 1
FIELDS = {"kind", "version", "made", "cleared", "entries", "sha256"}
LONGEST = 1_000_000  # characters
EQUAL = 1e-6  # what writing a number in JSON may change, as a share
CLOSE = 1.0  # percent: what other processors make of the same training


class Rerun(NamedTuple):
    """A model of a record, run again. `verdict`: "same", "close" or "other"."""

    place: str
    claimed: Quantity
    measured: Quantity
    verdict: str


def written(kept: Mapping[str, Any], made: str) -> str:
    """A record as JSON. `kept`: entries by name, and when all before was deleted (`cleared`); `made`: the date."""
    record = {"kind": KIND, "version": VERSION, "made": made, **kept}
    return json.dumps(record | {"sha256": digest(record)}, indent=1, ensure_ascii=False)


def decoded(file: bytes) -> str:
    """The text of a file. Raises BadEntry where it is none."""
    try:
        return file.decode("utf-8")
    except UnicodeDecodeError:
        raise BadEntry(WORDS["record: no text"]) from None


def read(text: str) -> dict[str, Any]:
    """What `written` was given. Raises BadEntry, with one sentence, for what is no record, was changed since it was
    written, or has an entry that cannot be."""
    if len(text) > LONGEST:
        raise BadEntry(WORDS("record: too long", most=LONGEST))
    try:
        record = checked_json.loads(text)
    except ValueError:
        raise BadEntry(WORDS["record: no JSON"]) from None
    if not isinstance(record, dict) or set(record) != FIELDS or record["kind"] != KIND:
        raise BadEntry(WORDS["record: none of ours"])
    if record["version"] != VERSION:
        raise BadEntry(WORDS("record: version", version=str(record["version"])[:20]))
    if digest({name: value for name, value in record.items() if name != "sha256"}) != record["sha256"]:
        raise BadEntry(WORDS["record: changed"])
    check_all(record)
    return {name: record[name] for name in ("entries", "cleared")}


def sound(files: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """What the file of a record keeps, as JSON; for the process that reads what visitors bring. Raises BadEntry."""
    return [json.dumps(read(decoded(files[0][1]))).encode()]


def check_all(kept: Mapping[str, Any]) -> None:
    """Raises BadEntry unless these are entries with their times, each of which can be."""
    if not isinstance(kept["entries"], dict) or not _is_time(kept["cleared"]):
        raise BadEntry(WORDS["record: none of ours"])
    for name, entry in kept["entries"].items():
        if not isinstance(entry, dict) or set(entry) != {"value", "at"} or not _is_time(entry["at"]):
            raise BadEntry(WORDS("record: no entry", name=name[:80]))
        check(name, entry["value"])


def _is_time(at: Any) -> bool:
    return type(at) in (int, float) and 0 <= at < 1e14  # ms: until the year 5138


def digest(record: Mapping[str, Any]) -> str:
    """The SHA-256 of what a record says, however it is laid out."""
    plain = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def ants(kept: Mapping[str, Any]) -> dict[str, Ant]:
    """The models of a record, by the family and lesson they were kept in."""
    return {
        name.removeprefix(f"{ANT}/"): Ant.from_json(entry["value"])
        for name, entry in kept["entries"].items()
        if name.startswith(f"{ANT}/")
    }


def runs_digest(kept: Mapping[str, Ant]) -> str:
    """The SHA-256 of what the models of a record are, and of what each predicted: equal runs have equal ones."""
    return digest({place: [ant.experiment.to_json(), ant.now.size, ant.answers] for place, ant in kept.items()})


def compared(place: str, claimed: Ant, measurement: Measurement) -> Rerun:
    """A model of a record beside what was measured of it now: the same predictions in as many bytes; or close, as
    another processor may come to; or other."""
    now = Ant.measured(claimed.experiment, measurement, measurement)
    before, after = (next(iter(ant.quantities.values())) for ant in (claimed, now))
    pairs = (now.now.quality, claimed.now.quality), (now.now.size, claimed.now.size)
    apart, longer = (abs(one - other) / one for one, other in pairs)
    if max(apart, longer) > CLOSE / 100:  # which weights are pruned decides how long a file is
        return Rerun(place, before, after, "other")
    same = now.answers == claimed.answers and apart < EQUAL and not longer
    return Rerun(place, before, after, "same" if same else "close")
