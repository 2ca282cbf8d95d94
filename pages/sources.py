"""Sources: every figure from outside that any page uses, with its link."""

from dataclasses import astuple

import pandas as pd
import streamlit as st

from lessons import facts, ui
from lessons.facts.architectures import architectures, gguf_files, native_formats, speeds, training_tokens
from lessons.facts.deciding import evidence, prices, questions
from lessons.facts.listed import listed

EVERYTHING = [
    *facts.everything(),
    *listed({"shapes": architectures().values(), "files": gguf_files(), "speeds": speeds()}),
    *listed({"native formats": native_formats().values(), "training tokens": training_tokens().values()}),
    *listed({"scores": evidence(), "prices": prices().values(), "questions": questions()}),
]
TABLE = ui.Knob("sources_table", "Table", ("all", *dict.fromkeys(row.table for row in EVERYTHING)), "all")
SEARCH = ui.Knob("sources_search", "Search", (), "")

page = ui.begin("sources", TABLE, SEARCH)
page.text("what is here")
table = ui.pick(TABLE)
wanted = ui.field(SEARCH, "DRAM, Llama 3.1, Germany …")
rows = [row for row in EVERYTHING if table in ("all", row.table)]
found = [row for row in rows if all(word in " ".join(astuple(row)).lower() for word in wanted.lower().split())]
st.caption(f"{len(found):,} of {len(rows):,} figures")
st.dataframe(
    pd.DataFrame(found, columns=["table", "what", "value", "unit", "source", "url", "confidence"]),
    hide_index=True,
    height=640,
    column_config={"url": st.column_config.LinkColumn("link", display_text="open")},
    alt="Every figure from outside, with its value, unit, source, link and how far it was checked",
)
page.text("how they were checked")
