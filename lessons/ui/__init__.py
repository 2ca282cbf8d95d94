"""The pieces a page is put together from."""

from lessons.ui.asking import asked
from lessons.ui.baseline import baseline
from lessons.ui.cards import everyday, law
from lessons.ui.details import details, workings, workings_of
from lessons.ui.exported import as_gguf
from lessons.ui.figures import dark_knowledge, pictures, row, surface, what_is_gone
from lessons.ui.knobs import choice, field, more, pick, slider, sliders
from lessons.ui.lab import Drawn, collected, hand_on, handed, lab
from lessons.ui.learning import LEARNS, learning, to_learn
from lessons.ui.ledger import package_power
from lessons.ui.lesson import begin
from lessons.ui.looking import show, walk
from lessons.ui.networks import layers, network, shares, task
from lessons.ui.predict import Found, breaking, nearest
from lessons.ui.present import presenting
from lessons.ui.presets import Preset
from lessons.ui.query import Knob
from lessons.ui.quizzes import quizzed
from lessons.ui.race import finishes, race, survey
from lessons.ui.readings import curves, doubling, pair
from lessons.ui.shrinking import SHRINKS, shrinking
from lessons.ui.students import bargain
from lessons.ui.talk import talk
from lessons.ui.teacher import meet
from lessons.ui.tiles import beside, changes, headed, headline, numbers, sure
from lessons.ui.tune import recovery, tune, tuned
from lessons.ui.words import read_and_write
from lessons.ui.work import answer, before_and_after, curve, outcome, scan, trained
from lessons.ui.writers import OURS, REAL, Writer, language_model, writer
