"""The pieces a page is put together from."""

from lessons.ui.baseline import baseline, network, task
from lessons.ui.cards import everyday, law
from lessons.ui.details import Drawn, collected, details, part, workings, workings_of
from lessons.ui.knobs import choice, more, pick, slider, sliders, words
from lessons.ui.ledger import package_power
from lessons.ui.lesson import begin
from lessons.ui.looking import show, walk
from lessons.ui.predict import nearest
from lessons.ui.present import presenting
from lessons.ui.presets import Preset
from lessons.ui.query import Knob
from lessons.ui.race import finishes, race, survey
from lessons.ui.results import dark_knowledge, headed, headline, numbers, pictures, row, surface, weights
from lessons.ui.teacher import meet
from lessons.ui.tune import recovery, tune, tuned
from lessons.ui.work import answer, before_and_after, curve, hand_on, handed, lab, outcome, scan, trained

__all__ = [
    "Drawn",
    "Knob",
    "Preset",
    "answer",
    "baseline",
    "before_and_after",
    "begin",
    "choice",
    "collected",
    "curve",
    "dark_knowledge",
    "details",
    "everyday",
    "finishes",
    "hand_on",
    "handed",
    "headed",
    "headline",
    "lab",
    "law",
    "meet",
    "more",
    "nearest",
    "network",
    "numbers",
    "outcome",
    "package_power",
    "part",
    "pick",
    "pictures",
    "presenting",
    "race",
    "recovery",
    "row",
    "scan",
    "show",
    "slider",
    "sliders",
    "surface",
    "survey",
    "task",
    "trained",
    "tune",
    "tuned",
    "walk",
    "weights",
    "words",
    "workings",
    "workings_of",
]
