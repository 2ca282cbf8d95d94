"""What a browser may tell the server on a class's connection: one action in a small JSON object, with exactly its
fields."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lessons import checked_json
from lessons.classroom import activities, student, teacher
from lessons.classroom.refusal import WORDS, Refused
from lessons.live.identity import Role

LONGEST = 4_096  # bytes of a message
NAME = "do"  # the field that names the action
MOST = 2**31  # numbers of members and questions are smaller
NUMBER_OR_NONE = (float, int, type(None))


class Action(NamedTuple):
    """Something that can be done by a message."""

    role: Role  # whose token it takes
    run: Callable[..., Any]  # takes the code, the token and the fields
    fields: Mapping[str, tuple[type, ...]]  # the types of each


class Told(NamedTuple):
    """A message that was understood."""

    action: Action
    values: dict[str, Any]  # by field


ACTIONS = {
    "vote": Action("member", student.vote, {"question": (int,), "option": (str,)}),
    "leave": Action("member", student.leave, {}),
    "ask": Action("teacher", teacher.ask, {"lesson": (str,), "options": (list,)}),
    "reveal": Action("teacher", teacher.reveal, {"answer": (str, type(None))}),
    "again": Action("teacher", teacher.ask_again, {}),
    "remove": Action("teacher", teacher.remove, {"member": (int,)}),
    "freeze": Action("teacher", teacher.freeze, {"frozen": (bool,)}),
    "begin": Action("teacher", activities.begin, {"kind": (str,), "threshold": NUMBER_OR_NONE}),
    "end": Action("teacher", activities.end, {}),
    "restart": Action("teacher", activities.begin_again, {}),
    "threshold": Action("teacher", activities.set_threshold, {"threshold": NUMBER_OR_NONE[:2]}),
    "clear": Action("teacher", activities.remove_posts, {"member": (int,)}),
    "lead": Action("teacher", teacher.lead, {"address": (str, type(None))}),
    "wipe": Action("teacher", teacher.wipe, {}),
}


def read(text: str) -> Told:
    """What a message asks for. Raises Refused for all that is no action, or lacks a field, or has another."""
    if len(text.encode(errors="replace")) > LONGEST:
        raise Refused(WORDS("message: too long", most=LONGEST))
    try:
        values = checked_json.loads(text)
    except ValueError:
        raise Refused(WORDS["message: no JSON"]) from None
    name = values.pop(NAME, None) if isinstance(values, dict) else None
    if not isinstance(name, str) or name not in ACTIONS:
        raise Refused(WORDS("message: no action", actions=", ".join(ACTIONS)))
    fields = ACTIONS[name].fields
    if set(values) != set(fields) or not all(_fits(values[field], types) for field, types in fields.items()):
        raise Refused(WORDS("message: fields", action=name, fields=", ".join(fields) or "-"))
    return Told(ACTIONS[name], values)


def _fits(value: object, types: tuple[type, ...]) -> bool:
    """Whether a value is of these types: True is no number, and a list is of texts."""
    texts = not isinstance(value, list) or all(isinstance(each, str) for each in value)
    least = 0 if float in types else 1  # numbers of members and questions begin with 1
    return type(value) in types and texts and (type(value) is not int or least <= value < MOST)
