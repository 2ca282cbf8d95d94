"""Who is asking: one name for each visit, in no link and, but for its hash, on no disk; and whether it comes from this
machine."""

import os
import uuid
from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st

from lessons.serving.hosts import LOOPBACK, name_in
from lessons.serving.server_log import VISITOR

LOCAL_FILES = "MODELS_FOR_ANTS_LOCAL_FILES"  # set by `make run` where the server listens to this machine alone
NOWHERE = "http://localhost:8501"  # where no browser says what it asked for
PROXIES = {"forwarded", "x-forwarded-for", "x-real-ip"}  # headers of those who pass on what others ask


def visitor() -> str:
    """The name of this visit."""
    return st.session_state.setdefault(VISITOR, uuid.uuid4().hex)


def here() -> bool:
    """Whether a visitor sits at the machine this app runs on, and does not come through a proxy there."""
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    try:
        address = ip_address(st.context.ip_address or "127.0.0.1")  # Streamlit's None is this machine, too
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address  # ::ffff:127.0.0.1
    by_its_name = "host" not in headers or name_in(headers["host"]) in LOOPBACK
    return address.is_loopback and by_its_name and PROXIES.isdisjoint(headers)


def origin() -> str:
    """The address of this server as the visitor's browser has it: `http://192.0.2.7:8501`."""
    parts = urlsplit(st.context.url or NOWHERE)
    return f"{parts.scheme}://{parts.netloc}"


def listens_here_only() -> bool:
    """Whether nobody can reach this server from another machine."""
    return st.get_option("server.address") in LOOPBACK


def may_open_files() -> bool:
    """Whether a visitor may name files of this machine: one who sits here, where the operator allows it, at a server
    that listens to this machine alone. A proxy need not say that it is one, so nobody may unless that is said. What a
    visitor sends in headers can only take the permission away."""
    return os.environ.get(LOCAL_FILES, "") == "1" and listens_here_only() and here()
