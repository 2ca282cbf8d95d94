"""What a server's log holds of its readers after they did, and failed at, all that has to do with them: nothing."""

import json
import urllib.request
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest
from websockets.sync.client import connect

from lessons.scripts import FOLDER
from tests.browser.classmate import posted
from tests.browser.uploading import give
from tests.browser.visitor import visit, visiting

NAME, NICKNAME, WRONG = "Secret-class-Xq", "Secret-nick-Xq", "secret-token-of-nobody-Xq"
TYPED, FILE, CONTENT = "SecretwordsXq", "secret-file-Xq.yaml", "secret-content-Xq"
PARAMETER = "secret-parameter-Xq"


@pytest.mark.reliability("security", "Tokens, names, texts and files of readers are looked for in the log")
def test_the_log_has_nothing_of_a_reader(address, log, tried):
    code, teacher = posted(address, "open", name=NAME)
    _, member = posted(address, "join", code=code, nickname=NICKNAME)
    keys = [cookie.partition("=")[2] for cookie in (teacher, member)]
    for path, form in (
        ("teach", {"code": code, "token": WRONG}),
        ("teach", {"code": code, "token": keys[0]}),
        ("join", {"code": "no such code", "nickname": NICKNAME}),
        (f"{code}/token", None),
        (f"{code}/votes.csv", None),
        (f"{code}/mine.html?{PARAMETER}={PARAMETER}", None),
    ):
        asked(address, path, form, f"{teacher}; {member}")
    junk_is_told(address, code, member)
    visit(a_visit(address))
    said = Path(log).read_text()
    assert said, "there is no log to look at"
    for secret in (*keys, code, NAME, NICKNAME, WRONG, TYPED, FILE, CONTENT, PARAMETER):
        assert secret not in said
        tried()


def test_a_teachers_link_has_its_token_where_no_server_sees_it():
    """Behind the #: browsers send that to nobody, and no log of a proxy has it."""
    (line,) = (line for line in (FOLDER / "classroom" / "doors.js").read_text().splitlines() if "const LINK" in line)
    assert line.startswith('const LINK = "#')


def asked(address: str, path: str, form: dict[str, str] | None, cookie: str) -> None:
    """Ask for something of a class, whether it is given or not."""
    body = urlencode(form).encode() if form else None
    request = urllib.request.Request(f"{address}/class/{path}", body, {"Origin": address, "Cookie": cookie})
    try:
        urllib.request.urlopen(request, timeout=20).read()
    except HTTPError as error:
        assert error.code < 500


def junk_is_told(address: str, code: str, cookie: str) -> None:
    """What no browser says, over both connections that a browser has."""
    headers, place = {"Cookie": cookie}, address.replace("http", "ws")
    with connect(f"{place}/class/{code}/live", origin=address, additional_headers=headers) as live:
        for text in (CONTENT, json.dumps({"do": CONTENT}), json.dumps({"do": "vote", "question": CONTENT})):
            live.send(text)
        live.recv(timeout=20)
    with connect(f"{place}/_stcore/stream", subprotocols=["streamlit"]) as stream:
        for junk in (CONTENT.encode(), b"\xff" + CONTENT.encode()):
            stream.send(junk)


async def a_visit(address: str) -> None:
    """A text is read, and a talk is brought that is none."""
    path = f"language-model?language_part=inside&{PARAMETER}={PARAMETER}"
    async with visiting(address, path) as page:
        await page.set("text_input", string_value=TYPED)
    async with visiting(address, f"talk?talk={PARAMETER}") as page:
        await give(page, address, f"title: {CONTENT}\nstates: {CONTENT}\n".encode(), FILE)
