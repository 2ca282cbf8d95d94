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
