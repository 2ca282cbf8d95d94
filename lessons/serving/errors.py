"""What a stranger is told where this app fails: one sentence, and the id by which the log has the traceback."""

import logging

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from lessons.error_id import error_id
from lessons.serving.headers import every
from lessons.text import sections

WORDS = sections("house")


class Unforeseen(Exception):
    """An error as a reader sees it."""

    alternate_name = ""  # for Streamlit: no name of a class stands before the sentence


def show(error: Exception) -> bool:
    """Say on a page that its script failed, in place of Streamlit's own words; True, for it is said."""
    st.exception(Unforeseen(WORDS("page failed", id=error_id(error))))
    return True


def answer(_request: Request, error: Exception) -> Response:
    """The answer to a request that failed; the server logs why."""
    return PlainTextResponse(WORDS("request failed", id=error_id(error)), 500, headers=every())


def name(record: logging.LogRecord) -> bool:
    """Give the record of an exception its id; True, for it is to be logged."""
    if record.exc_info and record.exc_info[1]:
        record.error = error_id(record.exc_info[1])
    return True


for logger in ("streamlit.error_util", "uvicorn.error"):  # which log what `show` and `answer` are called with
    logging.getLogger(logger).addFilter(name)
