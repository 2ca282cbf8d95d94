"""The id of an error: one for each, in what a reader is told and in the log."""

import re

import pytest

from lessons.error_id import error_id, new_error_id
from lessons.jobs import vision
from lessons.jobs.messages import Ended, Job
from lessons.jobs.ticket import Ticket


def test_an_error_keeps_its_id():
    error = ValueError("no")
    assert error_id(error) == error_id(error) != error_id(ValueError("no"))


def test_no_two_are_the_same():
    assert len({new_error_id() for _ in range(1000)}) == 1000


@pytest.mark.reliability("security", "A job fails: its reader is told an id, the log has the rest")
def test_a_failed_jobs_sentence_has_the_id_of_its_line_in_the_log(caplog, tried):
    ticket = Ticket(Job(0, vision.training, ()), True, False, None, None)
    assert ticket.complaint is None
    ticket.end(Ended("KeyError: no", details="Traceback: /home/secret"))
    (told,) = re.findall(r"^KeyError: no \(error ([0-9a-f]{8})\)$", ticket.complaint)
    (record,) = caplog.records
    assert (record.error, record.trace) == (told, "Traceback: /home/secret")
    tried()


def test_a_job_that_ends_well_has_none(caplog):
    ticket = Ticket(Job(0, vision.training, ()), True, False, None, None)
    ticket.end(Ended())
    assert ticket.complaint is None and not [record for record in caplog.records if record.levelname != "INFO"]
