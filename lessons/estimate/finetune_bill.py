"""All the memory that fine-tuning takes, on one card or on two that share the layers."""

from dataclasses import dataclass, replace

from lessons.estimate.finetune_activations import checkpoint_bytes, layer_bytes, numbers_kept
from lessons.estimate.finetune_memory import BESIDE, in_16_bits, low_rank, memory_by_method
from lessons.estimate.transformer import parts
from lessons.facts.architectures import Architecture
from lessons.quantity import Quantity, show
from lessons.text import sections

WORDS = sections("estimate")
FULL = WORDS["full"]
ADAPTER = WORDS["trained weights"], WORDS["gradients"], WORDS["optimiser moments"]
ACTIVATIONS, LOGITS, RUNTIME = WORDS["activations"], WORDS["logits"], WORDS["runtime"]
MOMENTS = {
    "32 bits": 8.0,
    "8 bits": 2 * (1 + 4 / 2_048),
}  # bytes of a trained number; a scale of 32 bits for 2,048: Dettmers et al., "8-bit Optimizers" (2022), §2.1
LOGIT = (4, 12, 18)  # bytes: low, itself in 32 bits (Korthikanti et al., 2022, §4.3); usual, with its softmax and its
# gradient; high, with two copies in 16 bits and one as it is shifted: an assumption, held against published figures
PARTS = 8  # of a loss that is computed in parts, as torchtune's CEWithChunkedOutputLoss does
DRIVER = (0.0, 0.5e9, 1.0e9)  # bytes: what tensors alone do not count, as at_home.RUNTIME
KEPT = (0.5, 1.0, 2.0)  # of a layer's activations: low, fused operations; high, norms in 32 bits, dropout of adapters
RESERVED = 1.1  # high: what an allocator holds and does not use, an assumption


@dataclass(frozen=True)
class TuningRun:
    """How a model is trained. `method`: a key of memory_by_method; `rank`: of the low-rank matrices; `where`: of
    BESIDE; `length`: tokens of each of `batch` texts; `moments`: a key of MOMENTS; `checkpointing`: layers are computed
    again in the backward pass; `flash`: attention stores no matrix of length²; `chunked`: logits are computed an eighth
    at a time."""

    shape: Architecture  # of the model
    method: str = "LoRA"
    rank: int = 16
    where: str = "attention"
    length: int = 2_048
    batch: int = 1
    moments: str = "32 bits"
    checkpointing: bool = True
    flash: bool = True
    chunked: bool = False

    @property
    def trained(self) -> Quantity:
        """Numbers in its low-rank matrices."""
        return low_rank(self.shape, self.rank, self.where)

    @property
    def used(self) -> Quantity:
        """Numbers in those low-rank matrices that a token is multiplied with: of experts, those it is sent to."""
        shape = self.shape
        return low_rank(replace(shape, experts=shape.experts_active), self.rank, self.where)

    @property
    def beside(self) -> tuple[str, ...]:
        """The matrices whose inputs the backward pass needs."""
        return BESIDE["all linear layers" if self.method == FULL else self.where]

    @property
    def tokens(self) -> int:
        """Tokens in a batch."""
        return self.batch * self.length


def states(run: TuningRun) -> dict[str, float]:
    """Bytes that are there at every step: weights, gradients, moments."""
    found, name = memory_by_method(run.shape, run.trained)[run.method], WORDS["optimiser moments"]
    return found | {name: found[name] * MOMENTS[run.moments] / MOMENTS["32 bits"]}


def bill(run: TuningRun) -> dict[str, float]:
    """Bytes by part, on one card. Raises ValueError for a model whose attention has other matrices."""
    return states(run) | {
        ACTIVATIONS: _stored(run) + _again(run),
        LOGITS: _logits(run)[1],
        RUNTIME: DRIVER[1],
    }


def takes(run: TuningRun) -> Quantity:
    """All of it, with a band."""
    found = bill(run)
    return Quantity(run.method, sum(found.values()), "bytes", "estimated", _low(run), _high(run), _told(run, found))


def on_fullest(run: TuningRun, cards: int = 1) -> float:
    """Bytes on the fullest of one or two equal cards; two share whole layers as well as they can: the first has the
    embedding, too, the last the output matrix and the logits."""
    if cards == 1:
        return takes(run).value
    first, last = _ends(run)
    layers, whole = run.shape.layers, sum(states(run).values()) + _stored(run)
    each = (whole - first - (0 if run.shape.tied_embeddings else last)) / layers
    last += _logits(run)[1]
    return min(max(first + (layers - n) * each, last + n * each) for n in range(layers + 1)) + _again(run) + DRIVER[1]


def _stored(run: TuningRun) -> float:
    """Bytes of activations that wait in all layers for the backward pass."""
    if run.checkpointing:
        return run.shape.layers * checkpoint_bytes(run.shape, run.length, run.batch)
    return run.shape.layers * _layer(run)


def _again(run: TuningRun) -> float:
    """Bytes of the one layer that is computed again."""
    return _layer(run) if run.checkpointing else 0.0


def _layer(run: TuningRun) -> float:
    return layer_bytes(run.shape, run.beside, run.length, run.batch, run.flash)


def _logits(run: TuningRun) -> tuple[float, ...]:
    """Bytes of the logits: low, usual, high."""
    at_once = run.tokens * run.shape.vocab / (PARTS if run.chunked else 1)
    return tuple(each * at_once for each in LOGIT)


def _ends(run: TuningRun) -> tuple[float, float]:
    """Bytes of the embedding, and of the output matrix; where one matrix serves as both, either card has it."""
    found = parts(run.shape)
    each = sum(states(run).values()) / run.shape.params_total if run.method == FULL else 2
    return each * found.embedding, each * (found.head or found.embedding)


def _low(run: TuningRun) -> float:
    """The loss is over before a layer is computed again; AdamW keeps moments in 16 bits for what learns in 16 bits."""
    again, logits = KEPT[0] * _again(run), _logits(run)[0]
    stored = (1 if run.checkpointing else KEPT[0]) * _stored(run)
    saved = states(run)[WORDS["optimiser moments"]] / 2 if run.moments == "32 bits" else 0.0
    return sum(states(run).values()) - saved + stored + max(again, logits) + DRIVER[0]


def _high(run: TuningRun) -> float:
    """Of LoRA, peft has what learns in 32 bits, and beside fewer bits than 16 the embedding and output matrix."""
    apart = 0 if run.method in (FULL, "LoRA") else 2 * (in_16_bits(run.shape) or 0)
    wider = 0 if run.method == FULL else 4 * run.trained.value + apart
    flows = (1 if run.checkpointing else KEPT[2]) * _stored(run) + KEPT[2] * _again(run)
    return RESERVED * (sum(states(run).values()) + wider + flows + _logits(run)[2]) + DRIVER[2]


def _told(run: TuningRun, found: dict[str, float]) -> str:
    """The terms of the bill, and what they assume."""
    again = WORDS("bill: checkpoints", width=run.shape.d_model) if run.checkpointing else ""
    return WORDS(
        "bill: formula",
        terms=" + ".join(f"{show(value, 'bytes')} {part}" for part, value in found.items()),
        tokens=run.tokens,
        kept=numbers_kept(run.shape, run.beside),
        again=again,
        logit=LOGIT[1] / (PARTS if run.chunked else 1),
        runtime=show(DRIVER[1], "bytes"),
        reserved=100 * (RESERVED - 1),
    )
