"""A talk on paper and on the command line."""

from html.parser import HTMLParser

import pytest

from lessons.__main__ import main
from lessons.talk import State, Talk, read, shipped_file
from lessons.talk_handout import clock, html, links
from lessons.ui.state.rooms import knobs_of

SERVER = "https://ants.example"
HOSTILE = "</p><script>alert(1)</script> & $title \"'"
BAD = "title: Ants\nstates:\n- {lesson: home, sees: a, says: b}\n- {lesson: hom, sees: a, says: b, seconds: 1}\n"


class Read(HTMLParser):
    """What a browser makes of a page: its elements, links and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.links, self.text = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def talk() -> Talk:
    return read("37c3", shipped_file("37c3"), knobs_of)


def test_the_handout_has_each_state_with_its_words_and_its_link(talk):
    page = Read(html(talk, SERVER))
    assert page.tags.count("section") == len(talk.states)
    assert page.links == [SERVER + talk.link(number) for number in range(1, len(talk.states) + 1)]
    for state in talk.states:
        assert state.sees in page.text
        assert state.says in page.text
    assert clock(talk.seconds) in page.text


def test_nothing_that_a_speaker_writes_is_more_than_text():
    state = State("energy", HOSTILE, HOSTILE, 65, {"energy_batch": "1"})
    page = Read(html(Talk("x", HOSTILE, (state,)), SERVER))
    assert "script" not in page.tags
    assert page.text.count(HOSTILE) == 4  # the title twice


def test_a_picture_is_part_of_the_page(monkeypatch, tmp_path):
    file = tmp_path / "a.webp"
    file.write_bytes(b"RIFF")
    monkeypatch.setattr(State, "picture", file)
    page = html(Talk("x", "x", (State("energy", "a", "b", 1),)), SERVER)
    assert 'src="data:image/webp;base64,UklGRg=="' in page
    assert "http" not in page.replace(SERVER, "")  # nothing is loaded from elsewhere


def test_the_list_of_links_is_a_line_a_state(talk):
    lines = links(talk, SERVER).splitlines()[2:]
    assert len(lines) == len(talk.states)
    assert lines[1].split()[:3] == ["2", clock(talk.states[0].seconds), SERVER + talk.link(2)]


def test_a_talk_is_checked_on_the_command_line(tmp_path, capsys):
    assert main(["talk", "check", "37c3"]) == 0
    assert capsys.readouterr().out == "37 states, 20:50 minutes\n"
    script = tmp_path / "script.yaml"
    script.write_text(BAD)
    assert main(["talk", "check", str(script)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("lessons: ")
    told = said.removeprefix("lessons: ").splitlines()
    assert [line.partition(": ")[0] for line in told] == ["line 3", "line 4"]
    script.write_bytes(b"a" * 10 * 2**20)
    assert main(["talk", "check", str(script)]) == 2
    assert "64 kB" in capsys.readouterr().err
    assert main(["talk", "check", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err.startswith("lessons: ")


def test_a_handout_is_written_on_the_command_line(tmp_path, talk, capsys):
    out = tmp_path / "out.html"
    assert main(["talk", "handout", "37c3", str(out), "--server", f"{SERVER}/"]) == 0
    assert out.read_text(encoding="utf-8") == html(talk, SERVER)
    script = tmp_path / "script.yaml"
    script.write_text(BAD)
    assert main(["talk", "handout", str(script), str(tmp_path / "other.html")]) == 2
    assert not (tmp_path / "other.html").exists()
