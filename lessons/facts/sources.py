"""Every figure of every table, for a page of sources."""

from dataclasses import fields

from lessons import facts
from lessons.facts.architectures import (
    architectures,
    gguf_files,
    native_formats,
    quality_by_format,
    speeds,
    training_compute,
    training_tokens,
    vllm_memory,
    weight_blocks,
)
from lessons.facts.board_memory import driver_memory
from lessons.facts.deciding import evidence, prices, questions
from lessons.facts.engines import engines
from lessons.facts.finetune_peaks import finetune_peaks
from lessons.facts.home_machines import home_machines
from lessons.facts.listed import Listed, listed
from lessons.facts.macs import mac_chips
from lessons.facts.memory_logs import memory_logs
from lessons.facts.offload_speeds import offload_speeds
from lessons.facts.ollama_names import ollama_names
from lessons.facts.tables import Model

SHAPE = {
    "n_full_layers": "full_layers", "n_sliding_layers": "sliding_layers", "n_linear_layers": "linear_layers",
    "n_experts": "experts", "n_experts_active": "experts_active", "context_tokens": "context", "native_dtype": "native",
}  # fmt: skip
# columns of Model, as the table of shapes calls them


def everything() -> list[Listed]:
    """One entry a row, table by table."""
    return listed(
        {
            "energy per operation": facts.energy_per_operation().values(),
            "figures": facts.figures().values(),
            "everyday": facts.everyday().values(),
            "models": [_model(name) for name in training_compute()],
            "hardware": facts.boards().values(),
            "machines at home": home_machines().values(),
            "chips of Macs": mac_chips().values(),
            "memory by driver": driver_memory().values(),
            "training runs": facts.training_runs(),
            "published use": facts.published_uses(),
            "grid": facts.grids().values(),
            "regulation": facts.rules(),
            "trend models": facts.trend_models(),
            "shapes": architectures().values(),
            "files": gguf_files(),
            "weight blocks": weight_blocks().values(),
            "quality by format": quality_by_format(),
            "memory of vLLM": vllm_memory(),
            "memory logs": memory_logs(),
            "speeds": speeds(),
            "offload speeds": offload_speeds(),
            "names in Ollama": ollama_names().values(),
            "fine-tuning memory": finetune_peaks(),
            "engines": engines().values(),
            "native formats": native_formats().values(),
            "training tokens": training_tokens().values(),
            "scores": evidence(),
            "prices": prices().values(),
            "questions": questions(),
        }
    )


def _model(name: str) -> Model:
    """A model's size and what its training took in one row: its shape from the one table, all else from
    `training_compute`."""
    shape, compute = architectures()[name], training_compute()[name]

    def cell(column: str):
        own = column != "name" and hasattr(compute, column)
        return getattr(compute if own else shape, SHAPE.get(column, column))

    return Model(**{column.name: cell(column.name) for column in fields(Model)})
