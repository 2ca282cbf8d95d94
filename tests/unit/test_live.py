"""The connection of a class: what a browser is sent, and that nobody gets by crafted messages what is not theirs."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from lessons.classroom import activities, student, teacher
from lessons.classroom.state import snapshot
from lessons.database import SETTING
from lessons.experiment import shipped
from lessons.live import connection, doors, hub, identity
from lessons.live.hub import GONE, HUB
from lessons.live.messages import ACTIONS, LONGEST
from lessons.live.rate import Allowance
from lessons.live.routes import routes
from tests.unit.jobs import until as wait_until

HOST = "http://testserver"  # as Starlette calls it
OPTIONS = ["3", "4", "5"]
LOOKS = 40  # messages until what is waited for must be among them


@pytest.fixture(autouse=True)
def fresh(tmp_path, monkeypatch):
    """A database of this test's own, and nothing asked for yet."""
    monkeypatch.setenv(SETTING, f"sqlite:///{tmp_path}/class.sqlite")
    guesses = Allowance(6, 0.001)
    for module in (connection, doors):
        monkeypatch.setattr(module, "GUESSES", guesses)
    monkeypatch.setattr(doors, "OPENINGS", Allowance(3, 0.001))
    return guesses


@pytest.fixture
def app() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes()), base_url=HOST) as client:  # one loop for all
        yield client


def form(client: TestClient, place: str, origin: str | None = HOST, **fields: str):
    client.cookies.clear()
    return client.post(f"/class/{place}", data=fields, headers={"origin": origin} if origin else {})


def opened(client: TestClient) -> SimpleNamespace:
    """A class, and the cookies of its teacher."""
    answer = form(client, "open", name="7b")
    return SimpleNamespace(code=answer.json()["code"], cookies=dict(answer.cookies))


def joined(client: TestClient, code: str, nickname: str = "") -> dict[str, str]:
    """The cookies of a new member."""
    return dict(form(client, "join", code=code, nickname=nickname).cookies)


@contextmanager
def looking(
    client: TestClient, code: str, cookies: dict[str, str], origin: str = HOST
) -> Iterator[WebSocketTestSession]:
    client.cookies.clear()
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    with client.websocket_connect(f"/class/{code}/live", headers={"origin": origin, "cookie": sent}) as session:
        yield session


def until(session: WebSocketTestSession, kind: str, holds=lambda found: True):
    """The first message of a kind of which something holds."""
    for _ in range(LOOKS):
        found = session.receive_json()
        if kind in found and holds(found[kind]):
            return found[kind]
    raise AssertionError(found)


def test_a_class_predicts_together(app):
    room = opened(app)
    ada, bob = joined(app, room.code, "Ada"), joined(app, room.code.lower(), "<b>Ada</b>")
    with (
        looking(app, room.code, room.cookies) as desk,
        looking(app, room.code, ada) as phone,
        looking(app, room.code, bob) as other,
    ):
        assert [each["nickname"] for each in until(desk, "state")["there"]] == ["Ada", "<b>Ada</b>"]
        desk.send_json({"do": "ask", "lesson": "quantization", "options": OPTIONS})
        number = until(phone, "state", lambda state: state["question"])["question"]["number"]
        phone.send_json({"do": "vote", "question": number, "option": "4"})
        assert until(phone, "state", lambda state: state["vote"])["vote"] == "4"
        seen = until(other, "state", lambda state: state["question"] and state["question"]["answered"])
        assert seen["question"] == {
            "number": number, "lesson": "quantization", "options": OPTIONS, "answered": 1, "revealed": False
        }  # fmt: skip
        assert seen["vote"] is None and set(seen) == {
            "class", "members", "posts", "frozen", "leads", "question", "nickname", "vote",
            "activity", "board", "member", "dealt",
        }  # fmt: skip
        desk.send_json({"do": "reveal", "answer": "5"})
        found = until(other, "state", lambda state: state["question"]["revealed"])["question"]
        assert (found["counts"], found["answer"]) == ([0, 1, 0], "5")


def test_the_key_to_a_class_is_a_cookie_that_no_script_reads(app):
    kept = form(app, "open", name="7b").headers["set-cookie"].lower()
    assert all(each in kept for each in ("httponly", "samesite=strict", "path=/", "max-age=2592000"))
    assert "secure" not in kept
    https = TestClient(Starlette(routes=routes()), base_url="https://testserver")
    assert "secure" in form(https, "open", "https://testserver", name="7b").headers["set-cookie"].lower()


CRAFTED = {
    "ask": {"lesson": "quantization", "options": OPTIONS},
    "reveal": {"answer": "4"},
    "again": {},
    "remove": {"member": 1},
    "freeze": {"frozen": True},
    "begin": {"kind": "board", "threshold": 85},
    "end": {},
    "restart": {},
    "threshold": {"threshold": 85.5},
    "clear": {"member": 1},
    "lead": {"address": "quantization"},
    "wipe": {},
}


def test_a_member_is_refused_all_that_is_the_teachers(app):
    assert set(CRAFTED) == {name for name, action in ACTIONS.items() if action.role == "teacher"}
    room = opened(app)
    ada = joined(app, room.code, "Ada")
    other = opened(app)
    activities.begin(room.code, *room.cookies.values(), "board", 85.0)
    before = snapshot(room.code)
    mine = {f"ants-teacher-{room.code}": next(iter(ada.values()))}  # as if one's own token were the teacher's
    for cookies in (ada, ada | other.cookies, ada | mine):
        with looking(app, room.code, cookies) as phone:
            for name, fields in CRAFTED.items():
                phone.send_json({"do": name} | fields)
                assert "Only the teacher" in until(phone, "error")
    assert snapshot(room.code) == before
    app.cookies.clear()
    assert table(app, room.code, "votes", ada) == table(app, room.code, "runs", ada | mine) == 404


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("", "JSON object"),
        ("[" * 4_000, "JSON object"),
        ("[]", "one of vote"),
        ("{}", "one of vote"),
        ('{"do": ["vote"]}', "one of vote"),
        ('{"do": "__class__"}', "one of vote"),
        ('{"do": "vote"}', "exactly these fields: question, option"),
        ('{"do": "vote", "question": 1, "option": "4", "member": 2}', "exactly these fields"),
        ('{"do": "vote", "question": true, "option": "4"}', "exactly these fields"),
        ('{"do": "vote", "question": 99999999999999, "option": "4"}', "exactly these fields"),
        ('{"do": "vote", "question": 1, "option": null}', "exactly these fields"),
        ('{"do": "ask", "lesson": "quantization", "options": [1, 2]}', "exactly these fields"),
        ('{"do": "vote", "question": 1, "option": "\\ud800"}', "JSON object"),
        (json.dumps({"do": "vote", "question": 1, "option": "4" * LONGEST}), "4,096 bytes"),
    ],
)
def test_a_message_that_is_none_is_refused_and_the_connection_goes_on(app, message, says):
    room = opened(app)
    with looking(app, room.code, joined(app, room.code)) as phone:
        phone.send_text(message)
        assert says in until(phone, "error")
        phone.send_bytes(b"\x00\xff")
        assert "JSON object" in until(phone, "error")


def test_who_tells_too_much_is_refused_and_then_sent_away(app):
    room = opened(app)
    with looking(app, room.code, joined(app, room.code)) as phone, pytest.raises(WebSocketDisconnect):
        for _ in range(connection.AT_ONCE + connection.PATIENCE):
            phone.send_text("{}")
        assert "Too many" in until(phone, "error", lambda error: "Too many" in error)
        while True:
            phone.receive_json()


def test_who_is_removed_or_whose_class_is_wiped_hears_it_and_is_sent_away(app):
    room = opened(app)
    ada, bob = joined(app, room.code, "Ada"), joined(app, room.code, "Bob")
    with looking(app, room.code, room.cookies) as desk, looking(app, room.code, ada) as phone:
        until(phone, "state")
        number = until(desk, "state")["there"][0]["member"]
        desk.send_json({"do": "remove", "member": number})
        assert "removed" in until(phone, "gone")
        with pytest.raises(WebSocketDisconnect) as closed:
            phone.receive_json()
        assert closed.value.code == GONE
        with looking(app, room.code, bob) as other:
            until(other, "state")
            desk.send_json({"do": "wipe"})
            assert "Your teacher has deleted" in until(other, "gone") and "is deleted" in until(desk, "gone")
    with looking(app, room.code, bob) as other:
        assert "or it is deleted" in until(other, "gone")


def test_only_pages_of_this_server_are_answered(app):
    room = opened(app)
    for origin in (None, "null", "http://evil.example", "http://testserver.evil.example", "testserver"):
        assert form(app, "open", origin, name="7b").status_code == 400
        assert form(app, "join", origin, code=room.code, nickname="").status_code == 400
    for origin in ("http://evil.example", ""):
        with pytest.raises(WebSocketDisconnect), looking(app, room.code, room.cookies, origin) as desk:
            desk.receive_json()


def test_one_who_guesses_codes_gets_no_further(app, fresh):
    room = opened(app)
    answers = [form(app, "join", code=f"{at:0>8}".replace("0", "A").replace("1", "B"), nickname="") for at in range(9)]
    assert {answer.status_code for answer in answers[:6]} == {404}
    assert {answer.status_code for answer in answers[6:]} == {429}
    with looking(app, room.code, {f"ants-member-{room.code}": "guessed"}) as phone:
        assert "Wait" in until(phone, "error")
    assert form(app, "teach", code=room.code, token="guessed").status_code == 429
    fresh._left.clear()  # a while later
    assert form(app, "join", code=room.code, nickname="").status_code == 200
    assert form(app, "teach", code=room.code, token="guessed").status_code == 404


def test_one_who_guesses_tokens_gets_no_further_and_keeps_nobody_out(app):
    room = opened(app)
    ada = joined(app, room.code)
    for at in range(7):
        with looking(app, room.code, {f"ants-member-{room.code}": f"guessed {at}"}) as phone:
            assert until(phone, "gone" if at < 6 else "error")
    for cookies in (room.cookies, ada):  # a class has one network address
        with looking(app, room.code, cookies) as screen:
            assert until(screen, "state")
    assert showing_token(app, room.code, room.cookies)[0] == table(app, room.code, "votes", room.cookies) == 200


def table(client: TestClient, code: str, name: str, cookies: dict[str, str]) -> int:
    client.cookies.clear()
    sent = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    return client.get(f"/class/{code}/{name}.csv", headers=sent).status_code


@pytest.mark.parametrize("name", ["votes", "runs"])
def test_no_table_tells_whether_there_is_a_class_or_writes_for_a_stranger(app, monkeypatch, name):
    room = opened(app)
    written = []
    monkeypatch.setattr(doors, f"{name}_csv", lambda *key: written.append(key) or "")
    guessed = {f"ants-teacher-{code}": "guessed" for code in (room.code, "ABCDEFGH")}
    found = [table(app, code, name, guessed) for code in (room.code, "ABCDEFGH") * 4]
    assert found == [404] * 6 + [429] * 2 and not written
    assert table(app, room.code, name, {}) == 404


def showing_token(client: TestClient, code: str, cookies: dict[str, str]) -> tuple[int, str | None]:
    client.cookies.clear()
    sent = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    answer = client.get(f"/class/{code}/token", headers=sent)
    return answer.status_code, answer.json().get("token")


def test_a_teachers_link_lets_in_the_teacher_on_another_device_and_no_member(app):
    room = opened(app)
    (token,), (members,) = room.cookies.values(), joined(app, room.code).values()
    assert form(app, "teach", code=room.code, token=members).status_code == 404
    assert [showing_token(app, room.code, cookies) for cookies in (room.cookies, {}, joined(app, room.code))] == [
        (200, token), (404, None), (404, None)
    ]  # fmt: skip
    again = form(app, "teach", code=room.code, token=token)
    with looking(app, room.code, dict(again.cookies)) as desk:
        assert until(desk, "state")["code"] == room.code


@pytest.mark.parametrize("fields", [{}, {"name": "7b", "code": "x"}, {"name": "x" * 10_000}, {"name": " "}])
def test_a_form_is_small_and_has_its_fields_and_no_others(app, fields):
    answer = form(app, "open", **fields)
    assert answer.status_code == 400 and answer.json()["error"]


def test_nobody_opens_classes_without_end(app):
    assert [form(app, "open", name="7b").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_what_another_thread_changes_is_seen(app):
    room = opened(app)
    (token,) = room.cookies.values()
    with looking(app, room.code, joined(app, room.code)) as phone:
        until(phone, "state")
        with ThreadPoolExecutor(1) as script:
            script.submit(teacher.ask, room.code, token, "quantization", OPTIONS).result()
            script.submit(HUB.tell, room.code).result()
        assert until(phone, "state", lambda state: state["question"])["question"]["options"] == OPTIONS


def test_what_the_server_posts_is_seen_once_and_no_vote_sends_it_again(app):
    room = opened(app)
    ada = joined(app, room.code, "Ada")
    with looking(app, room.code, room.cookies) as desk, looking(app, room.code, ada) as phone:
        desk.send_json({"do": "begin", "kind": "pruning", "threshold": None})
        activity = until(phone, "activity")
        assert (activity["kind"], activity["open"], activity["runs"], activity["dealt"]) == ("pruning", True, [], 1)
        student.post(room.code, *ada.values(), activity["number"], shipped(), {"accuracy": 88.0}, [(80, 88.0)])
        HUB.tell(room.code)
        seen = until(desk, "activity", lambda activity: activity["runs"])
        assert (seen["runs"][0]["nickname"], seen["spread"]) == ("Ada", [[80, 88.0, 0.0, 1]])
        until(phone, "activity", lambda activity: activity["runs"])
        desk.send_json({"do": "ask", "lesson": "quantization", "options": OPTIONS})
        until(phone, "state", lambda state: state["question"])
        desk.send_json({"do": "end"})  # the next that is told of the activity
        assert until(phone, "activity") | {"runs": 0} == seen | {"open": False, "known": 1, "runs": 0}


def test_many_changes_are_few_messages(app):
    room = opened(app)
    (token,) = room.cookies.values()
    with looking(app, room.code, joined(app, room.code)) as phone:
        until(phone, "state")
        for at in range(60):
            teacher.lead(room.code, token, f"quantization?bits={at}")
            HUB.tell(room.code)
        seen = []
        until(phone, "state", lambda state: seen.append(state) or state["leads"] == "quantization?bits=59")
    assert len(seen) <= 12


@pytest.mark.reliability("many machines", "Another server changes a class in the same database")
def test_what_another_server_changes_is_seen_here(app, tried, monkeypatch):
    monkeypatch.setattr(hub, "LOOKS", 0.05)
    room = opened(app)
    (token,) = room.cookies.values()
    ada = joined(app, room.code, "Ada")
    with looking(app, room.code, ada) as phone:
        until(phone, "state")
        for leads in ("pruning", "scaling"):
            teacher.lead(room.code, token, leads)  # without a word to this server
            assert until(phone, "state", lambda state: state["leads"])["leads"] == leads
            tried()
        teacher.wipe(room.code, token)
        assert phone.receive_json()["deleted"]
        tried()


def test_where_nothing_has_changed_nothing_is_sent(app, monkeypatch):
    monkeypatch.setattr(hub, "LOOKS", 0.01)
    looks = Counter()
    monkeypatch.setattr(hub, "snapshot", lambda code: looks.update([code]) or snapshot(code))
    room = opened(app)
    with looking(app, room.code, joined(app, room.code)) as phone:
        until(phone, "state")
        sent = looks[room.code]
        wait_until(lambda: looks[room.code] > sent + 3)
        phone.send_json({"do": "nothing"})
        assert "error" in phone.receive_json()  # and no state before it


def test_a_browser_forgets_the_keys_that_let_it_in_no_more_and_no_others(app):
    room = opened(app)
    ada, bob = joined(app, room.code, "Ada"), joined(app, room.code, "Bob")
    (token,) = ada.values()
    student.leave(room.code, token)

    def forgotten(cookies: dict[str, str], origin: str = HOST) -> str:
        app.cookies.clear()
        sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
        data, headers = {"code": room.code}, {"origin": origin, "cookie": sent}
        return app.post("/class/forget", data=data, headers=headers).headers.get("set-cookie", "")

    assert forgotten(ada, "http://evil.example") == ""
    assert f'{next(iter(ada))}=""' in forgotten(ada) and "Max-Age=0" in forgotten(ada)
    assert forgotten(bob) == forgotten(room.cookies) == ""
    assert forgotten(room.cookies | ada).count("Max-Age=0") == 1


def test_a_class_has_only_so_many_connections(app, monkeypatch):
    room = opened(app)
    monkeypatch.setattr(connection, "MOST", 1)
    with looking(app, room.code, joined(app, room.code)) as phone:
        until(phone, "state")
        with looking(app, room.code, joined(app, room.code)) as other:
            assert "Wait" in until(other, "error")
        with looking(app, room.code, room.cookies) as desk:
            assert until(desk, "state")


def test_no_member_takes_the_connections_of_others(app, monkeypatch):
    room = opened(app)
    monkeypatch.setattr(connection, "EACH", 1)
    ada, bob = joined(app, room.code), joined(app, room.code)
    with looking(app, room.code, ada) as phone:
        until(phone, "state")
        with looking(app, room.code, ada) as again:
            assert "Wait" in again.receive_json()["error"]
        with looking(app, room.code, bob) as other:
            assert until(other, "state")
    with looking(app, room.code, ada) as later:
        assert until(later, "state")


def test_a_threshold_of_nothing_is_a_number(app):
    room = opened(app)
    with looking(app, room.code, room.cookies) as desk:
        desk.send_json({"do": "begin", "kind": "board", "threshold": 0})
        told = next(filter(lambda told: "state" not in told, iter(desk.receive_json, None)))
        assert told["activity"]["settings"] == {"threshold": 0.0}
        for odd in (-1, 2**40, True, "0"):
            desk.send_json({"do": "threshold", "threshold": odd})
            assert "exactly these fields" in until(desk, "error")


def test_the_votes_are_a_file(app):
    room = opened(app)
    sent = "; ".join(f"{name}={value}" for name, value in room.cookies.items())
    app.cookies.clear()
    answer = app.get(f"/class/{room.code}/votes.csv", headers={"cookie": sent})
    assert answer.status_code == 200 and answer.content.startswith(b"\xef\xbb\xbfquestion,lesson")


def test_where_there_is_no_database_it_is_said(app, monkeypatch):
    room = opened(app)
    monkeypatch.setenv(SETTING, "sqlite:////proc/ants/class.sqlite")
    assert form(app, "join", code=room.code, nickname="").status_code == 503
    with looking(app, room.code, room.cookies) as desk:
        assert "cannot be used" in until(desk, "error")


def test_an_allowance_is_used_up_comes_back_and_is_ones_own():
    now = [0.0]
    allowance = Allowance(2, 0.5, lambda: now[0])
    assert [allowance.take("one") for _ in range(3)] == [True, True, False]
    assert allowance.take("other") and not allowance.left("one")
    now[0] = 2.0
    assert [allowance.take("one") for _ in range(2)] == [True, False]


@pytest.mark.reliability("security", "One machine asks from many addresses of its network")
@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", False),
        ("testclient", "other", False),
    ],
)
def test_the_addresses_of_one_machine_count_as_one(one, other, same, tried):
    asks = (SimpleNamespace(client=SimpleNamespace(host=each)) for each in (one, other))
    assert (len(set(map(identity.address, asks))) == 1) == same
    tried()
