"""What a page asks for itself takes nothing from a click that came before it was asked."""

import pytest
from streamlit.testing.v1 import AppTest


def app() -> None:
    """Two pages. Of the first, a button or the page itself runs it again, just after a link to the second was
    clicked."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    from lessons.ui.state.rerun import rerun

    def again() -> None:
        if not st.session_state.get("clicked"):
            st.session_state["clicked"] = True
            asked = RerunData(page_script_hash=second._script_hash, page_name="")
            get_script_run_ctx().script_requests.request_rerun(asked)
            rerun()

    def one() -> None:
        st.button("again", on_click=again)
        if st.session_state.get("by itself"):
            again()
        st.write("the first page")

    def two() -> None:
        st.write("the second page")

    second = st.Page(two, url_path="second")
    st.navigation([st.Page(one, url_path="first", default=True), second]).run()


@pytest.mark.parametrize("by_itself", [True, False])
def test_a_link_that_was_clicked_leads_to_its_page(by_itself):
    page = AppTest.from_function(app, default_timeout=60).run()
    assert page.markdown[0].value == "the first page"
    page.session_state["by itself"] = by_itself
    page = page.run() if by_itself else page.button[0].click().run()
    assert [text.value for text in page.markdown] == ["the second page"]
