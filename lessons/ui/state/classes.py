"""The classes that this browser is in, by the cookies that let it in; and which of them is meant now."""

import re

import streamlit as st

from lessons.classroom.opening import Key
from lessons.classroom.secret import ALPHABET, read_code
from lessons.live.identity import ROLES, Role, cookie

ROLE = f"(?P<role>{'|'.join(ROLES)})"
KEY = re.compile(cookie(f"(?P<code>[{ALPHABET}]+)", ROLE))  # matched whole: to search a long name takes minutes
VISITED = "class visited last"
CODE_GIVEN, ANOTHER = "code", "another"  # parameters of the page of classes


def keys(*roles: Role) -> list[Key]:
    """The keys to all classes that this browser opened or joined; `roles`: only as these."""
    found = [(KEY.fullmatch(name), token) for name, token in st.context.cookies.to_dict().items()]
    return [Key(each["code"], token) for each, token in found if each and each["role"] in (roles or ROLES)]


def note_visit(code: str) -> None:
    """Remember that this visit has looked at the class with this code, as it stands in the address."""
    st.session_state[VISITED] = read_code(code)


def meant_now() -> str | None:
    """The code of the class that is meant now: the one this visit looked at last, else the only one; None where there
    is none, or no telling which."""
    codes = {key.code for key in keys()}
    if (visited := st.session_state.get(VISITED)) in codes:
        return visited
    return codes.pop() if len(codes) == 1 else None


def looked_at() -> str | None:
    """The code of the class that the page of classes shows: that of its address, else of the class that is meant now;
    None where its reader wants another one, or the address has none that is possible."""
    if given := st.query_params.get(CODE_GIVEN):
        return read_code(given)
    return None if ANOTHER in st.query_params else meant_now()


def key_now(role: Role) -> Key | None:
    """The key to the class that is meant now, as its teacher or as a member; None where this browser has none."""
    return next((key for key in keys(role) if key.code == meant_now()), None)
