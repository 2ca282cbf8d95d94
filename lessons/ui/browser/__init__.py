"""What runs in the browser: components, each of the files <name>.html, <name>.css and <name>.js beside this one."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).parent


def component(name: str) -> Callable:
    """Register a component; gives the function that mounts it."""
    parts = {kind: FOLDER / f"{name}.{kind}" for kind in ("html", "css", "js")}
    texts = {kind: path.read_text(encoding="utf-8") for kind, path in parts.items() if path.exists()}
    return st.components.v2.component(name, **texts)


canvas = component("canvas")
frame = component("frame")
sweep = component("sweep")
