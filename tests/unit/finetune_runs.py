"""Runs of fine-tuning whose memory somebody published."""

from lessons.estimate.finetune_bill import TuningRun
from lessons.facts.architectures import architectures
from lessons.facts.finetune_peaks import FinetunePeak


def run_of(peak: FinetunePeak) -> TuningRun:
    """What a published peak is of."""
    model = architectures()[peak.model]
    return TuningRun(model, peak.method, peak.rank, peak.where, peak.length, peak.batch, chunked=peak.chunked)
