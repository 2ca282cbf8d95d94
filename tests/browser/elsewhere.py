"""Asks a server that listens to the network for its files, from another address than loopback: `python -m
tests.browser.elsewhere`, in a network of its own (`ALONE`), so that nothing leaves this machine. Says as JSON who was
let in."""

import json
import os
import sys
from pathlib import Path

from lessons.ui.state.visit import LOCAL_FILES
from tests.browser.app import ROOT, started, with_page
from tests.browser.visitor import visit, visiting

ADDRESS = "198.51.100.7"  # of the machine in that network; kept free for documentation
ALONE = ["unshare", "--map-root-user", "--net", "sh", "-c"]
SETS_UP = f"ip link set lo up && ip address add {ADDRESS}/32 dev lo"
PAGE = """
import streamlit as st
from lessons.ui.state.visit import may_open_files
st.text(may_open_files())
"""
FORGED = {
    "X-Forwarded-For": "127.0.0.1",
    "X-Real-IP": "127.0.0.1",
    "Forwarded": "for=127.0.0.1;host=localhost",
    "X-Forwarded-Host": "localhost",
    "True-Client-IP": "127.0.0.1",
}
WAYS = (("localhost", None), (ADDRESS, None), ("localhost", ADDRESS))  # Host, and where to connect: the last is forged


async def asked(address: str, reached: str | None, header: str | None) -> bool:
    """Whether somebody may open files who comes this way, with this header."""
    headers = {header: FORGED[header]} if header else {}
    async with visiting(address, "", host=reached, **headers) as visitor:
        (said,) = (shown.element.body for shown in visitor.shown.values() if shown.kind == "text")
        return {"True": True, "False": False}[said]


def main(folder: Path) -> None:
    """Start a server where local files are allowed nevertheless, and ask in each way, the last one with each header."""
    options = [f"--server.allowedHosts={host}" for host in ("localhost", "127.0.0.1", ADDRESS)]
    variables = {LOCAL_FILES: "1", "PYTHONPATH": str(ROOT)}
    script = with_page(folder, PAGE)
    with started(script, log=folder / "log", listens="0.0.0.0", options=options, **variables) as (address, _):
        port = address.rpartition(":")[2]
        found = [
            [host, reached, header, visit(asked(f"http://{host}:{port}", reached, header))]
            for (host, reached), header in [*((way, None) for way in WAYS), *((WAYS[-1], header) for header in FORGED)]
        ]
    print(json.dumps(found))
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
