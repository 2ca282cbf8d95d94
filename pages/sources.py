"""Sources: every figure from outside that any page uses, with its link."""

from dataclasses import astuple

import pandas as pd
import streamlit as st

from lessons import ui
from lessons.facts.sources import everything

EVERYTHING = everything()
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
