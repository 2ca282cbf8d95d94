"""The kit that pages are put together from: what several lessons use. What only one lesson needs is in its room."""

from lessons.ui.layout.drawers import ShrunkModel, details, workings, workings_of
from lessons.ui.layout.figures import row, surface
from lessons.ui.layout.headline import Frame, headline, picture, shrunk_frames
from lessons.ui.layout.page import begin
from lessons.ui.layout.predict import Found, breaking, nearest
from lessons.ui.layout.presenter import asking, presenting
from lessons.ui.layout.sentences import sentences
from lessons.ui.layout.tiles import beside, compared, headed, numbers, row_of, sure, tiles
from lessons.ui.state.handing import Drawn, collected, figures_of, hand_on, handed
from lessons.ui.state.knob import Knob
from lessons.ui.state.lab import lab
from lessons.ui.state.network_knobs import layer_knobs, network_knob
from lessons.ui.state.presets import Preset
from lessons.ui.state.release import on_release
from lessons.ui.state.widgets import aside, choice, field, more, pick, slider, sliders
from lessons.ui.work.ant import keeps, stages
from lessons.ui.work.baseline import baseline
from lessons.ui.work.finetune_panel import recovery, tune
from lessons.ui.work.ledger import package_power
from lessons.ui.work.results import (
    all_known,
    answer,
    before_and_after,
    both_whole,
    curve,
    known,
    known_outcomes,
    measured_at,
    measurements,
    outcome,
    outcomes,
    trained,
    tuned,
)
from lessons.ui.work.training_panel import under_way as training
