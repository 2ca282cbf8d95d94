"""A lab draws itself anew, whatever is running: it alone, or the whole page."""

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from lessons.ui.state.lab import draw_again, lab

    @lab
    def answer() -> None:
        st.session_state.times = st.session_state.get("times", 0) + 1
        if st.session_state.times == 1:
            draw_again()  # in a run of the whole page, in which a fragment alone cannot begin anew
        st.text(f"drawn {st.session_state.times} times")


def test_a_lab_can_begin_anew_while_the_whole_page_runs():
    run = AppTest.from_function(page).run()
    assert not run.exception
    assert run.text[0].value == "drawn 2 times"
