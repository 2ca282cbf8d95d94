"""Sources: every figure from outside that any page uses, with its link."""

from dataclasses import astuple, fields, replace

import pandas as pd
import streamlit as st

from lessons import ui
from lessons.facts.listed import Listed
from lessons.facts.sources import everything
from lessons.text import sections

WORDS = sections("sources")
EVERYTHING = everything()
TABLE = ui.Knob("sources_table", WORDS["table"], ("all", *dict.fromkeys(row.table for row in EVERYTHING)), "all")
SEARCH = ui.Knob("sources_search", WORDS["search"], (), "")

page = ui.begin("sources", TABLE, SEARCH)
page.text("what is here")
table = ui.pick(TABLE)
wanted = ui.field(SEARCH, WORDS["for instance"])
rows = [replace(row, table=WORDS[f"table: {row.table}"]) for row in EVERYTHING if table in ("all", row.table)]
found = [row for row in rows if all(word in " ".join(astuple(row)).lower() for word in wanted.lower().split())]
st.caption(WORDS("found", found=len(found), all=len(rows)))
st.dataframe(
    pd.DataFrame(found, columns=[WORDS[f"column: {field.name}"] for field in fields(Listed)]),
    hide_index=True,
    height=640,
    column_config={WORDS["column: url"]: st.column_config.LinkColumn(display_text=WORDS["open"])},
    alt=WORDS["table in words"],
)
page.text("how they were checked")
