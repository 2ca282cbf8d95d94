"""The worksheet of a page, as a teacher gets it: of what the page shows, with the link to it as it stands."""

from lessons.short_link import find
from lessons.text.exercises import exercises
from lessons.ui import browser
from lessons.ui.layout.worksheets import PART
from tests.pages.reader import link, run_until, settled


def test_a_teacher_takes_along_the_sheet_of_the_page_as_it_stands(monkeypatch):
    saved = []
    monkeypatch.setattr(browser, "save", lambda key, data: saved.append(data))
    page = link("scaling", scaling_by="2020", hide="scaling_network", assignment="Find <b>the cliff</b>")
    page = run_until(page, settled)
    for name in ("worksheet", "key"):
        page.button(f"{PART} {name}").click()
        run_until(page, lambda page, name=name: saved and saved[-1]["name"] == f"{name}-scaling.html")
    sheet, key = (file["text"] for file in saved)
    assert not page.exception and len(saved) == 2
    assert all(text.title in sheet and text.title in key for text in exercises("scaling").values())
    assert "Find &lt;b&gt;the cliff&lt;/b&gt;" in sheet and "Read <i>Gap in 2035</i>" in sheet
    assert "Year: 2020" in key and "Network:" not in key
    code = sheet.partition("/s/")[2].partition("<")[0]
    assert find(code).startswith("/scaling?scaling_by=2020&hide=scaling_network&assignment=Find")
