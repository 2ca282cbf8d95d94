"""The models a reader has kept of one family: a table, a chart, and the last of them to take along."""

import json

import pandas as pd
import streamlit as st

from lessons.ant import IMAGES, TEXT, Ant
from lessons.jobs.ask import gguf_now, packed_now
from lessons.quantity import show
from lessons.text import sections
from lessons.ui.layout.figures import row
from lessons.ui.my_ant import card
from lessons.ui.my_ant.charts import TITLES, pareto
from lessons.ui.state.visit import visitor
from lessons.ui.work.ant import stages

WORDS = sections("my-ant")
HEADINGS = {IMAGES: WORDS["images"], TEXT: WORDS["text"]}


def draw(family: str) -> None:
    """All of it."""
    kept = stages(family)
    latest = kept[[*kept][-1]]
    st.markdown(f"## {HEADINGS[family]}")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        row(f"pareto {family}", pareto(kept, family))
    with right:
        st.image(card.png(latest))
        _take_along(latest)
    st.dataframe(_table(kept), hide_index=True, alt=WORDS["table in words"])


def _table(kept: dict[str, Ant]) -> pd.DataFrame:
    rows = []
    for path, ant in kept.items():
        numbers = {label: str(quantity) for label, quantity in ant.quantities.items()}
        was = {WORDS["was"]: show(ant.before.quality, ant.unit)}
        rows.append({WORDS["lesson"]: TITLES[path], WORDS["done"]: "; ".join(ant.history), **numbers, **was})
    return pd.DataFrame(rows)


def _take_along(ant: Ant) -> None:
    """The card as an image, the experiment, and the model's own file."""
    payer, run = visitor(), ant.experiment
    suffix, file = (".gguf", lambda: gguf_now(run, payer)) if run.writes else (".ants", lambda: packed_now(run))
    described = json.dumps(run.to_json(), indent=1)
    with st.container(horizontal=True):
        st.download_button(WORDS["card"], card.png(ant), f"ant-{run.id}.png", "image/png", on_click="ignore")
        st.download_button(WORDS["experiment"], described, f"{run.id}.json", "application/json", on_click="ignore")
        st.download_button(WORDS["model"], file, f"{run.id}{suffix}", on_click="ignore")
