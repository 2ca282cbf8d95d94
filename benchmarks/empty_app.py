"""The yardstick: one slider in an empty fragment on an untouched Streamlit server."""

import streamlit as st


@st.fragment
def body():
    bits = st.select_slider("Bits per weight", [*map(str, range(1, 17)), "fp32"], value="8", key="empty")
    st.metric("Value", bits)


body()
