"""Layer B for language models: what whole accelerator boards draw, for each token that is generated.

    E = e_byte · (weight bytes / B + KV-cache bytes)  +  e_flop · FLOP  +  e_layer · layers · n / B
        + e_expert · 2 N_active                                                in mixtures of experts
    FLOP = 2 N_active · (1 + prompt / output) + attention over what came before

B sequences are decoded at a time on n boards; each step reads the weights once for all of them, and each sequence its
own cache; each layer of it takes time on every board. `coefficients` says where the energies are from.
"""

from dataclasses import replace
from math import ceil, log2

from lessons import facts
from lessons.estimate.coefficients import FITTED, DoesNotFit, ModelKind, Work, coefficients, joules
from lessons.estimate.transformer import active, attention_flop, cache_bytes
from lessons.estimate.weight_formats import as_measured, bits_held, bytes_read, is_listed
from lessons.facts import Board
from lessons.facts.architectures import Architecture
from lessons.facts.board_memory import memory_bytes
from lessons.quantity import Quantity, counted
from lessons.text import sections

WORDS = sections("estimate")

ROOM = 1.2  # memory in use, relative to the weights: activations, fragments


def usable() -> dict[str, Board]:
    """The boards with sourced figures, those with fitted coefficients first, then the newest."""
    found = {}
    for name, board in facts.boards().items():
        try:
            coefficients(board)
        except DoesNotFit:
            continue
        if board.memory_GB:
            found[name] = board
    return dict(sorted(found.items(), key=lambda item: (item[0] not in FITTED, -(item[1].year or 0), item[0])))


def boards_needed(model: Architecture, board: Board, bits: float, batch: int, tokens: float) -> int:
    """The smallest power of two whose memory holds all weights, all experts among them, and the caches. Raises
    DoesNotFit where the board's memory is not known. `tokens`: of each of `batch` sequences."""
    if not board.memory_GB:
        raise DoesNotFit(WORDS("no memory size", board=board.name))
    held = ROOM * model.params_total * bits / 8 + batch * cache_bytes(model, tokens, strict=False)
    return 2 ** max(0, ceil(log2(held / memory_bytes(board))))


def work(model: Architecture, dtype: str, batch: float, prompt: float, output: float, boards: int) -> Work:
    """What one output token takes, where `batch` sequences are decoded at a time on so many boards. `output`:
    tokens that are generated after the prompt."""
    read = bytes_read(model, dtype, batch) / batch + cache_bytes(model, prompt + output / 2, strict=False)
    attended = attention_flop(model, prompt / 2) * prompt / output + attention_flop(model, prompt + output / 2)
    itself = 2 * active(model)
    flop = itself * (1 + prompt / output) + attended
    return Work(read, flop, itself if model.experts else 0.0, model.layers * boards / batch)


def joules_per_token(
    model: Architecture, board: Board, dtype: str, batch: int, prompt: int, output: int, boards: int | None = None
) -> Quantity:
    """J for each generated token, the prompt's share included. `boards`: how many are used, if not the fewest. Raises
    DoesNotFit. `output`: as for `work`."""
    boards = boards or boards_needed(model, board, bits_held(model, dtype), batch, prompt + output)
    done = work(model, dtype, batch, prompt, output, boards)
    kind = ModelKind(as_measured(model, dtype), bool(model.experts), bool(model.linear_layers), not is_listed(model))
    found = joules(board, done, kind)
    used = counted(boards, "board")
    source = WORDS("energy a token: formula", energy=found.source, layers=model.layers, boards=used, batch=batch)
    return replace(found, name="J/token", source=source)
