"""Language models: the one table of their shapes, and by their names what others publish of them: formats and sizes of
files, speeds, tokens and FLOP of training. What follows from a shape is in `estimate/transformer.py`."""

from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from lessons.facts.read import by, read

ATTENTIONS = ("full", "sliding", "alternating", "mla", "hybrid")
LINEAR = ("gated-delta-net", "kimi-delta", "lightning", "mamba", "mamba-2", "short-convolution")  # layers


class FileWeights(NamedTuple):
    """Bytes of the weights in a file as it has them, by part, as `gguf_size` counts those it estimates; `form`: the
    format its header names."""

    form: str
    embedding: float
    head: float  # 0 where the embedding is that, too
    experts: float
    rest: float

    @property
    def bytes(self) -> float:
        """Of all of them."""
        return self.embedding + self.head + self.experts + self.rest


@dataclass(frozen=True)
class Architecture:
    """A language model's shape. None, or 0 of a count, is what it does not have.

    `gated`: an MLP of three matrices, not two; `fused_qkv`: queries, keys and values are one matrix; `positions`:
    learned ones; `attention`: one of ATTENTIONS: full; sliding (all layers look back `sliding_window` tokens);
    alternating (some do); mla (multi-head latent attention); hybrid (some layers are linear). `kv_shared_layers`: those
    that use the keys and values of others. `experts_shared`: those every token uses. `params_*` are counted from the
    shape by the author of the row; `params_published`: what somebody else prints. `native`: the format in which the
    weights are published, as native_formats.csv says; "" where that is not sourced. `llama_cpp_windows`: whether
    llama.cpp has windows for this kind of model. `full_layers` and `linear_layers` count the same layer twice where it
    has both.
    """

    name: str
    year: int
    layers: int
    d_model: int
    n_heads: int
    n_kv_heads: int
    head_dim: int
    d_ff: int | None
    gated: bool
    fused_qkv: bool
    vocab: int
    tied_embeddings: bool
    positions: int | None
    context: int | None
    attention: str
    sliding_window: int | None
    full_layers: int
    sliding_layers: int
    linear_layers: int
    kv_shared_layers: int
    mla_kv_lora_rank: int | None
    mla_rope_dim: int | None
    mla_q_lora_rank: int | None
    mla_nope_dim: int | None
    mla_v_dim: int | None
    experts: int | None
    experts_active: int | None
    experts_shared: int | None
    d_ff_expert: int | None
    first_dense_layers: int | None
    params_total: int | None
    params_active: int | None
    params_published: int | None
    params_published_source: str
    source: str
    url: str
    confidence: str
    note: str
    native: str = ""
    llama_cpp_windows: bool = True
    linear: str = ""  # what its linear layers are: one of LINEAR
    linear_state: int | None = None  # numbers that one of them keeps of a conversation, however long
    linear_conv: int | None = None  # and of the last tokens, for its convolution
    linear_params: int | None = None  # parameters of one
    mlp_layers: int | None = None  # layers with an MLP or experts; None: all
    expert_layers: int | None = None  # layers with experts; None: all but the `first_dense_layers`
    d_ff_shared: int | None = None  # the MLP beside the experts; None: experts_shared · d_ff_expert
    d_expert: int | None = None  # what experts read; None: d_model
    full_head_dim: int | None = None  # in full layers; None: head_dim
    full_kv_heads: int | None = None  # in full layers; None: n_kv_heads
    values_are_keys: bool = False  # in full layers: no matrix for values
    index_heads: int | None = None  # of an indexer, which chooses the tokens that are attended to
    index_dim: int | None = None  # numbers in its key of a token
    index_topk: int | None = None  # tokens it chooses
    looked_up: int | None = None  # parameters of the embeddings in layers
    more: int | None = None  # further parameters that every token is multiplied with
    own: FileWeights | None = None  # the file it was read from, if its weights were counted


@dataclass(frozen=True)
class NativeFormat:
    """The format in which a model's weights are published: bits of a number in its experts, if it has any, and
    elsewhere. `format`: bf16, fp8, or MXFP4, which is of the experts alone."""

    model: str
    format: str
    expert_bits: float | None
    other_bits: float
    source: str
    url: str
    confidence: str
    note: str


@lru_cache(maxsize=1)
def native_formats() -> dict[str, NativeFormat]:
    """By model; those of which no source is known are left out."""
    return by("model", read(NativeFormat, Path(__file__).with_name("native_formats.csv")))


@lru_cache(maxsize=1)
def architectures() -> dict[str, Architecture]:
    """By name: `Llama 3.1 8B`."""
    rows, known = read(Architecture, Path(__file__).with_name("architectures.csv")), native_formats()
    return by("name", (replace(row, native=known[row.name].format) if row.name in known else row for row in rows))


@lru_cache(maxsize=1)
def newest_first() -> tuple[str, ...]:
    """Names, those of the last year first, and of one year as in the table: families together."""
    return tuple(row.name for row in sorted(architectures().values(), key=lambda row: -row.year))


@dataclass(frozen=True)
class TrainingCompute:
    """What the training of a model took, as published. `source` and `url` say where the model's shape is from."""

    model: str
    organization: str
    training_tokens: float | None
    training_flop: float | None
    training_flop_source: str
    source: str
    url: str
    confidence: str
    note: str


@lru_cache(maxsize=1)
def training_compute() -> dict[str, TrainingCompute]:
    """By model: every model whose parameters are counted, with or without published figures."""
    return by("model", read(TrainingCompute, Path(__file__).with_name("training_compute.csv")))


@lru_cache(maxsize=1)
def models() -> dict[str, Architecture]:
    """The shapes of those whose parameters are counted, in the order of `training_compute`."""
    return {name: architectures()[name] for name in training_compute()}


@dataclass(frozen=True)
class GgufFile:
    """A model as a GGUF file, as large as somebody printed. `guided`: whether an importance matrix was given, as far as
    that is known; `another_rule`: why it is not as today's llama.cpp would make it."""

    model: str
    format: str
    guided: bool
    bytes: float
    printed: str
    another_rule: str
    source: str
    url: str
    confidence: str
    note: str


@dataclass(frozen=True)
class WeightBlock:
    """A type in which weights are kept: so many `bytes` for a block of so many `numbers`, its scales among them; `how`
    they come about."""

    name: str
    numbers: int
    bytes: float
    how: str
    source: str
    url: str
    confidence: str
    note: str


@lru_cache(maxsize=1)
def weight_blocks() -> dict[str, WeightBlock]:
    """By name: `Q4_K`."""
    return by("name", read(WeightBlock, Path(__file__).with_name("weight_blocks.csv")))


@dataclass(frozen=True)
class QualityByFormat:
    """What a weight format left of a model, as somebody measured it: `value` of a `metric` on some `data`, and the
    `reference` with 16 bits. `metric`: perplexity, word perplexity, mean KL divergence (nats) or same top token (%);
    `shape`: the row of the table of shapes that it has, if any; `billions`: of weights; `guided`: by an importance
    matrix; `why_not`: why it is not held against others."""

    model: str
    shape: str
    billions: float
    format: str
    guided: bool
    metric: str
    value: float
    reference: float | None
    why_not: str
    data: str
    engine: str
    source: str
    url: str
    confidence: str
    note: str


@dataclass(frozen=True)
class VllmMemory:
    """What vLLM printed when it started on one board: the `share` of its memory that it may take, what weights,
    activations and others took of that, and the pool of keys and values that is left; None where it is not printed.
    `number_bytes`: of a number in the pool; `sequences`: conversations at once that it plans for (--max-num-seqs);
    `piecewise`, `full`: sizes of batches for which it captured CUDA graphs, for all and for decoding alone;
    `graphs_GiB`: what these took, `reserved_GiB`: what it expected; `charged`: whether the pool is smaller by that;
    `beside`: what else is among the weights, which are not compared then; `why_not`: why it is not fitted to, and its
    pool not compared."""

    model: str
    build: str
    format: str
    context: int
    card_GiB: float | None
    share: float | None
    number_bytes: float
    sequences: int | None
    piecewise: int | None
    full: int | None
    charged: bool
    weights_MiB: float
    beside: str
    activations_MiB: float | None
    other_GiB: float | None
    pool_MiB: float
    pool_tokens: int | None
    graphs_GiB: float | None
    reserved_GiB: float | None
    why_not: str
    source: str
    url: str
    confidence: str
    note: str

    @property
    def use(self) -> str:
        """Whether a constant may be fitted to this row, or is held against it."""
        return by_address(self.url)


@lru_cache(maxsize=1)
def vllm_memory() -> tuple[VllmMemory, ...]:
    """Published starts of vLLM."""
    return read(VllmMemory, Path(__file__).with_name("vllm_memory.csv"))


@dataclass(frozen=True)
class Speed:
    """Tokens a second that somebody measured on a machine. `use`: one of USES, as `half_of` says."""

    model: str  # whose shape it is; the note says what the source calls it
    format: str
    board: str  # one of hardware.csv, or a name or title of home_machines.csv
    backend: str  # one of engines.BACKENDS: what the engine computes with; ROCm and SYCL are among Vulkan
    cards: int  # that each hold some of the layers
    batch: int  # conversations at once
    depth: int  # tokens that were there before the prompt, or before the first that is written
    prompt: int | None  # tokens
    prompt_tokens_per_s: float | None
    written: int | None  # tokens of each conversation
    written_tokens_per_s: float | None  # of all conversations together
    draft: str  # the model that drafts in speculative decoding, in the same format; "" where none does
    drafted: int | None  # tokens ahead
    accepted: float | None  # the share of them
    engine: str
    when: str
    use: str
    source: str
    url: str
    confidence: str
    note: str


USES = FITTED, HELD, APART = ("fitted", "held", "apart")  # apart: batches and drafts, which no term is fitted to


def half_of(board: str, model: str) -> str:
    """Whether terms are fitted to what a model does on a machine, or held against it: by the first byte of a hash of
    both names, which nobody chooses."""
    return (FITTED, HELD)[sha256(f"{board}, {model}".encode()).digest()[0] % 2]


def by_address(url: str) -> str:
    """Whether a constant may be fitted to what is published there, or is held against it: by the first byte of a hash
    of the address, which nobody chooses. Rows of one thread stay together."""
    return (FITTED, HELD)[sha256(url.encode()).digest()[0] % 2]


@lru_cache(maxsize=1)
def gguf_files() -> tuple[GgufFile, ...]:
    """Published sizes of files."""
    return read(GgufFile, Path(__file__).with_name("gguf_files.csv"))


@lru_cache(maxsize=1)
def quality_by_format() -> tuple[QualityByFormat, ...]:
    """Published losses of weight formats."""
    return read(QualityByFormat, Path(__file__).with_name("quality_by_format.csv"))


@lru_cache(maxsize=1)
def speeds() -> tuple[Speed, ...]:
    """Published speeds. Left out: formats whose matrices are not known here (Unsloth's UD, AutoRound, EXL2, AWQ that
    leaves some layers in 16 bits, files with finer attention); models whose shape is not sourced (Qwen3.8, LLaMA 30B);
    cards behind one lane of a Raspberry Pi; processors of Apple's chips, of whose bandwidth they can use a part; two
    threads of sixteen; cards with less power than is usual; drafts of the model's own head; totals over an unknown
    number of conversations; tensors split over cards."""
    return read(Speed, Path(__file__).with_name("speeds.csv"))


@dataclass(frozen=True)
class TrainingTokens:
    """Tokens that a model has seen in its pre-training, each as often as it was seen. `low`, `high`: where nobody has
    said exactly."""

    model: str
    tokens: float
    low: float | None
    high: float | None
    source: str
    url: str
    confidence: str
    note: str


@lru_cache(maxsize=1)
def training_tokens() -> dict[str, TrainingTokens]:
    """By model; those of which nothing is published are left out."""
    return by("model", read(TrainingTokens, Path(__file__).with_name("training_tokens.csv")))
