"""What runs in the browser: components, each of the files <name>.html and <name>.css beside this one, and of
scripts/<name>.js."""

from collections.abc import Callable, Iterable
from pathlib import Path

import streamlit as st

from lessons import scripts

FOLDER = Path(__file__).parent


def component(name: str, *styles: str) -> Callable:
    """Register a component, with its own style and others; gives the function that mounts it."""
    html, css = FOLDER / f"{name}.html", [FOLDER / f"{each}.css" for each in (name, *styles)]
    texts = {"html": text([html]), "css": text(css)}
    return st.components.v2.component(name, js=scripts.loaded(name), **{k: it for k, it in texts.items() if it})


def text(files: Iterable[Path]) -> str:
    """What is in those of these files that there are."""
    return "".join(path.read_text(encoding="utf-8") for path in files if path.exists())


call = component("call")
canvas = component("canvas")
frame = component("frame")
stage = component("stage")
speaker = component("speaker")
classroom = component("classroom", "charts")
class_bar = component("class_bar")
class_news = component("class_news")
audience = component("audience", "classroom")
activity = component("activity")
rehearsal = component("rehearsal")
keep = component("keep")
save = component("save")
charts = component("charts")
headline = component("headline", "sweep", "charts")
picture = component("picture", "charts")
sentences = component("sentences", "charts")
paste_field = component("paste_field")
dark = component("dark")
gguf = component("gguf")
