"""What changes files elsewhere is noticed, wherever its path is meant from; what changes scratch files is not."""

import os
import shutil
from pathlib import Path

import pytest

from tests.fuzz import watching


def test_a_file_is_where_its_open_folder_is(tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "_is_scratch", lambda place: not place.startswith(str(tmp_path / "elsewhere")))
    for name in ("scratch", "elsewhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a file").touch()
    with watching.writes() as found:
        monkeypatch.chdir(tmp_path / "elsewhere")
        shutil.rmtree(tmp_path / "scratch")  # by `dir_fd`
        assert found == []
        Path("another file").touch()
        monkeypatch.chdir(tmp_path)
        folder = os.open("elsewhere", os.O_RDONLY)
        os.remove("a file", dir_fd=folder)
        os.close(folder)
    assert [Path(each).name for each in found] == ["another file", "a file"]


@pytest.mark.parametrize("hangs", [True, False])
def test_what_takes_too_long_is_noticed(hangs):
    def works() -> None:
        while hangs:
            pass

    try:
        with watching.in_time(0.1):
            works()
    except watching.Hung:
        assert hangs
    else:
        assert not hangs
