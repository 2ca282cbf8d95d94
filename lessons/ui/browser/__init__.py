"""What runs in the browser: components, each of the files <name>.html, <name>.css and <name>.js beside this one, and
those that follow a knob with follow.js before their own."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).parent


def component(name: str, *before: str) -> Callable:
    """Register a component, its script with those `before` it; gives the function that mounts it."""
    parts = {kind: [FOLDER / f"{name}.{kind}"] for kind in ("html", "css")}
    parts["js"] = [FOLDER / f"{each}.js" for each in (*before, name)]
    texts = {
        kind: "".join(path.read_text(encoding="utf-8") for path in paths if path.exists())
        for kind, paths in parts.items()
    }
    return st.components.v2.component(name, **{kind: text for kind, text in texts.items() if text})


call = component("call")
canvas = component("canvas")
frame = component("frame")
sweep = component("sweep", "follow")
dark = component("dark", "follow")
