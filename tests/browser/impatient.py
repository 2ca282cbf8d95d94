"""Streamlit, with less patience: what a page asked for ends sooner once it is closed, and leaves the machine to the
next test."""

from streamlit.web.cli import main

from lessons.jobs import ticket

if __name__ == "__main__":
    ticket.ABANDONED = 15  # seconds
    main()
