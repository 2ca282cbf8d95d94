"""The processor's energy counter, where there is one."""

import pytest

from lessons.measure.power import package_joules, watts


def test_packages_are_added_up_and_their_parts_are_not(tmp_path):
    for zone, microjoules in {
        "intel-rapl:0": 5_000_000,
        "intel-rapl:1": 7_000_000,
        "intel-rapl:0:0": 3_000_000,
    }.items():
        (tmp_path / zone).mkdir()
        (tmp_path / zone / "energy_uj").write_text(f"{microjoules}\n")
    assert package_joules(tmp_path) == 12


@pytest.mark.parametrize("content", [None, "", "no number"])
def test_without_a_counter_that_can_be_read_there_is_none(tmp_path, content):
    (tmp_path / "intel-rapl:0").mkdir()
    if content is not None:
        (tmp_path / "intel-rapl:0" / "energy_uj").write_text(content)
    assert package_joules(tmp_path) is None
    assert package_joules(tmp_path / "nowhere") is None


def test_power_is_energy_over_time_unless_the_counter_began_again():
    assert watts(10.0, 40.0, 2.0) == 15
    assert watts(40.0, 10.0, 2.0) is None
    assert watts(None, 10.0, 2.0) is None
    assert watts(10.0, None, 2.0) is None
