"""The yardstick: one slider in an empty fragment on an untouched Streamlit server, and another page."""

import streamlit as st


def first():
    @st.fragment
    def body():
        bits = st.select_slider("Bits per weight", [*map(str, range(1, 17)), "fp32"], value="8", key="empty")
        st.metric("Value", bits)

    body()


def other():
    st.title("Another page")
    st.metric("Another value", 1)


st.navigation([st.Page(first, default=True), st.Page(other)]).run()
