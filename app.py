"""Models for Ants. Run with `make run`, or: streamlit run app.py"""

import streamlit as st
from starlette.middleware import Middleware

from lessons import pictures, scripts, share, short_link_routes, talk_pictures
from lessons.hosts import OnlyAllowedHosts
from lessons.server import lifespan

app = st.App(
    "lessons/ui/shell.py",
    lifespan=lifespan,
    routes=[scripts.route(), pictures.route(), share.route(), *short_link_routes.routes(), talk_pictures.route()],
    middleware=[Middleware(OnlyAllowedHosts), Middleware(share.SaysWhatItIs)],
)
