"""The columns of each CSV file. Units stand in the names, or in a `unit`; None is a number nobody gave.

`confidence`: *verified*, read in the source or in a data file that cites it; *verified-secondary*, seen quoted by
someone else; *derived*, computed from such figures. `low` and `high` are the band around a value.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class EnergyFact:
    """What one operation, or moving one bit, costs."""

    name: str
    picojoules: float
    picojoules_low: float | None
    picojoules_high: float | None
    per: str  # "operation" or "bit"
    source: str
    url: str
    confidence: str
    note: str


@dataclass(frozen=True)
class Figure:
    """One number with its unit."""

    name: str
    label: str
    value: float
    low: float | None
    high: float | None
    unit: str
    source: str
    url: str
    confidence: str
    note: str


@dataclass(frozen=True)
class Everyday:
    """Something people know. `label` reads well after "as much as": *boiling 1 litre of water*."""

    name: str
    label: str
    watt_hours: float | None
    watt_hours_low: float | None
    watt_hours_high: float | None
    grams_co2e: float | None  # as the source states it; from another grid than yours
    grams_co2e_low: float | None
    grams_co2e_high: float | None
    source: str
    url: str
    confidence: str
    note: str


@dataclass(frozen=True)
class Model:
    """A language model's size and shape, and what its training took.

    `params_active` multiply for one token: less than `params_total` in a mixture of experts. Both are counted from
    the shape, embeddings included. `attention`: full, sliding (all layers), alternating (sliding and full), mla
    (multi-head latent attention) or hybrid (linear and full). `sliding_window` in tokens.
    """

    name: str
    year: int
    organization: str
    params_total: int
    params_active: int
    layers: int
    d_model: int
    n_heads: int
    n_kv_heads: int
    head_dim: int
    attention: str
    mla_kv_lora_rank: int | None
    mla_rope_dim: int | None
    sliding_window: int | None
    n_full_layers: int
    n_sliding_layers: int
    n_linear_layers: int
    n_experts: int | None
    n_experts_active: int | None
    context_tokens: int | None
    native_dtype: str
    training_tokens: float | None
    training_flop: float | None
    training_flop_source: str
    source: str
    url: str
    confidence: str
    note: str

    @property
    def is_mixture_of_experts(self) -> bool:
        return self.n_experts is not None


@dataclass(frozen=True)
class Board:
    """A chip or board one can buy or rent. Peaks are dense: never counted with 2:4 sparsity."""

    name: str
    vendor: str
    kind: str  # GPU, TPU, SoC or CPU
    year: int | None
    process_nm: float | None
    transistors_million: float | None
    density_MTr_per_mm2: float | None
    memory_GB: float | None  # as sold; board_memory.py says how many bytes that is
    bandwidth_GB_per_s: float | None
    tdp_W: float | None
    fp32_TFLOPS: float | None
    fp16_dense_TFLOPS: float | None
    fp16_matrix_units: (
        bool | None
    )  # False: the peak of the ordinary units, of which matrix units reach several times; None: also where instructions
    # for matrices have no rate of their own
    fp8_dense_TFLOPS: float | None
    fp4_dense_TFLOPS: float | None
    int8_dense_TOPS: float | None
    price_usd: float | None
    source: str
    url: str
    confidence: str
    note: str


@dataclass(frozen=True)
class TrainingRun:
    """A training run as disclosed. `plot` is False where the row does not compare with the others: see `why_not`."""

    model: str
    year: int
    params_total: float | None
    params_active: float | None
    training_flop: float | None
    training_tokens: float | None
    hardware: str
    generation: str  # P100, V100, A100, H100, H800, TPU
    device_hours: float | None
    watts_per_device: float | None
    MWh: float | None
    MWh_low: float | None
    MWh_high: float | None
    energy_basis: str
    tCO2e: float | None
    carbon_basis: str
    plot: bool
    why_not: str
    source: str
    url: str
    confidence: str
    note: str


@dataclass(frozen=True)
class PublishedUse:
    """A published energy of one use. `boundary` says what was counted; compare only like with like."""

    label: str
    task: str  # chat, classify, caption, long document, reasoning, image, video
    model: str
    watt_hours: float | None  # of one use
    watt_hours_low: float | None
    watt_hours_high: float | None
    grams_co2e: float | None
    joules_per_token: float | None  # of one output token
    joules_per_token_low: float | None
    joules_per_token_high: float | None
    output_tokens: float | None
    batch: float | None  # sequences at a time, as measured
    hardware: str
    n_devices: int | None
    dtype: str
    boundary: str
    year: int
    source: str
    url: str
    confidence: str
    note: str


@dataclass(frozen=True)
class ElectricityGrid:
    """What a kilowatt-hour of a country's electricity emits over the life cycle of its power stations."""

    country: str
    iso3: str
    grams_co2_per_kWh: float
    year: int | None
    source: str
    url: str
    confidence: str
    note: str


@dataclass(frozen=True)
class Rule:
    """A provision of the law: its own words in `quote`, ours in `plain_summary`."""

    jurisdiction: str
    law: str
    article: str
    topic: str
    quote: str
    plain_summary: str
    applies_from: str
    applies_to: str
    source: str
    url: str
    confidence: str
    note: str


@dataclass(frozen=True)
class TrendModel:
    """A notable model, for charts over time. `certainty` is Epoch AI's word for its own estimate."""

    name: str
    date: str  # 2025-04-10
    domain: str
    organization: str
    parameters: float | None
    training_flop: float | None
    certainty: str  # Confident, Likely, Speculative or Unknown
    source: str = "Epoch AI, Data on AI Models (2025-07), CC BY 4.0"
    url: str = "https://epoch.ai/data/ai-models"
    confidence: str = "verified"
    note: str = ""
