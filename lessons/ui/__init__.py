"""The pieces a page is put together from."""

from lessons.ui.baseline import baseline
from lessons.ui.cards import everyday, law
from lessons.ui.details import details, workings, workings_of
from lessons.ui.figures import dark_knowledge, pictures, row, surface, what_is_gone
from lessons.ui.knobs import choice, more, pick, slider, sliders, words
from lessons.ui.lab import Drawn, collected, hand_on, handed, lab
from lessons.ui.ledger import package_power
from lessons.ui.lesson import begin
from lessons.ui.looking import show, walk
from lessons.ui.networks import layers, network, shares, task
from lessons.ui.predict import nearest
from lessons.ui.present import presenting
from lessons.ui.presets import Preset
from lessons.ui.query import Knob
from lessons.ui.race import finishes, race, survey
from lessons.ui.teacher import meet
from lessons.ui.tiles import headed, headline, numbers
from lessons.ui.tune import recovery, tune, tuned
from lessons.ui.work import answer, before_and_after, curve, outcome, scan, trained
