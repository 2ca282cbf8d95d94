"""Models for Ants. Run with `make run`, or: streamlit run app.py"""

import streamlit as st
from starlette.middleware import Middleware

from lessons import pictures, scripts, share, short_link_routes, talk_pictures
from lessons.live.routes import routes as class_routes
from lessons.serving import errors, health, offline, server_log, unsent, upload_limits
from lessons.serving.closed import ClosesMetrics
from lessons.serving.headers import SaysWhatBrowsersMayDo
from lessons.serving.hosts import OnlyAllowedHosts
from lessons.serving.lifespan import lifespan

server_log.set_up()
unsent.keep()
offline.ask_nobody()
upload_limits.few_addresses()
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
        Middleware(upload_limits.LimitsUploads),
        Middleware(share.SaysWhatItIs),
    ],
)
