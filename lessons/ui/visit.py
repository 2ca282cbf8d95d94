"""Who is asking: one name for each visit, in no link and on no disk; and whether it comes from this machine."""

import uuid
from ipaddress import ip_address

import streamlit as st

VISITOR = "visitor"
PROXIES = {"forwarded", "x-forwarded-for", "x-real-ip"}  # headers of those who pass on what others ask


def visitor() -> str:
    """The name of this visit."""
    return st.session_state.setdefault(VISITOR, uuid.uuid4().hex)


def here() -> bool:
    """Whether a visitor sits at the machine this app runs on, and does not come through a proxy there."""
    try:
        address = ip_address(st.context.ip_address or "127.0.0.1")  # Streamlit's None is this machine, too
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address  # ::ffff:127.0.0.1
    return address.is_loopback and PROXIES.isdisjoint(name.lower() for name in st.context.headers)
