"""The classes that this browser is in, by the cookies that let it in."""

import re

import streamlit as st

from lessons.classroom.opening import Key
from lessons.classroom.secret import ALPHABET
from lessons.live.identity import ROLES, Role, cookie

CODE = re.compile(f"[{ALPHABET}]+$")


def keys(*roles: Role) -> list[Key]:
    """The keys to all classes that this browser opened or joined; `roles`: only as these."""
    found = [(name, token) for name, token in st.context.cookies.to_dict().items() if CODE.search(name)]
    codes = [(name, CODE.search(name)[0], token) for name, token in found]
    return [Key(code, token) for name, code, token in codes for role in roles or ROLES if name == cookie(code, role)]
