"""Models for Ants. Run with `make run`, or: streamlit run app.py"""

import streamlit as st
from starlette.middleware import Middleware

from lessons import (
    errors,
    health,
    offline,
    pictures,
    scripts,
    server_log,
    share,
    short_link_routes,
    talk_pictures,
    unsent,
    uploads,
)
from lessons.closed import ClosesMetrics
from lessons.headers import SaysWhatBrowsersMayDo
from lessons.hosts import OnlyAllowedHosts
from lessons.live.routes import routes as class_routes
from lessons.server import lifespan

server_log.set_up()
unsent.keep()
offline.ask_nobody()
uploads.few_addresses()
app = st.App(
    "lessons/ui/shell.py",
    lifespan=lifespan,
    on_script_error=errors.show,
    exception_handlers={Exception: errors.answer},
    routes=[
        *health.routes(),
        scripts.route(),
        pictures.route(),
        share.route(),
        talk_pictures.route(),
        *short_link_routes.routes(),
        *class_routes(),
    ],
    middleware=[
        Middleware(SaysWhatBrowsersMayDo),
        Middleware(OnlyAllowedHosts),
        Middleware(ClosesMetrics),
        Middleware(uploads.LimitsUploads),
        Middleware(share.SaysWhatItIs),
    ],
)
