"""Brings what Streamlit and uvicorn log into the one log of the server (`logs.py`)."""

import logging

import streamlit.logger
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lessons import logs
from lessons.jobs.pool import hashed

VISITOR = "visitor"  # where a session keeps the name of its visit (`ui/state/visit.py`)
OF_REQUESTS = "uvicorn.access"  # a logger whose lines would be many, with addresses of readers


def set_up() -> None:
    """Have all that is logged written as `logs.py` says. Called once, before the server starts."""
    logs.set_up(session)
    streamlit.logger.setup_formatter = _passes_on  # for the loggers that Streamlit makes later, too
    streamlit.logger.update_formatter()
    take_over()
    logging.getLogger("uvicorn.error").addFilter(_matters)


def take_over() -> None:
    """Have all loggers that packages have set up pass on what they log; again, when more packages are imported."""
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and logger.handlers:
            _passes_on(logger)


def session() -> str | None:
    """The hashed name of the visit whose page this thread runs, as kept files and jobs have it; None on others."""
    page = get_script_run_ctx(suppress_warning=True)
    name = page.session_state.filtered_state.get(VISITOR) if page else None
    return hashed(name) if name else None


def _passes_on(logger: logging.Logger) -> None:
    """Have a logger pass on its records, and handle none itself; that of requests does neither."""
    logger.handlers.clear()
    logger.propagate = logger.name != OF_REQUESTS


def _matters(record: logging.LogRecord) -> bool:
    """Whether a record is more than one of a connection: those name addresses of readers and codes of classes."""
    return record.levelno > logging.INFO
