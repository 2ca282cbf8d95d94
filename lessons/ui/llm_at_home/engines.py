"""The same model in llama.cpp, Ollama, vLLM and MLX, on the page: what each allocates, and why it is another memory."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from math import ceil

from lessons.charts.stack import stack
from lessons.estimate import memory_validation, mlx_memory, ollama_memory, vllm_graphs, vllm_pool, vllm_validation
from lessons.estimate.at_home import CACHES, Home, elsewhere, flowing, memory
from lessons.facts.architectures import HELD
from lessons.facts.engines import METAL, PROCESSOR
from lessons.quantity import Quantity, show
from lessons.text import sections
from lessons.ui.layout.figures import row
from lessons.ui.layout.tiles import beside, numbers
from lessons.ui.llm_at_home.knobs import Asked
from lessons.ui.state.handing import Drawn

WORDS = sections("llm-at-home")
LLAMA, OLLAMA = WORDS["engine: llama.cpp"], WORDS["engine: Ollama"]
VLLM, MLX = WORDS["engine: vLLM"], WORDS["engine: MLX"]
TALL = 560  # pixels, on a stage
MAKERS = ("NVIDIA", "AMD")  # of cards that vLLM runs on: CUDA and ROCm

Said = tuple[str, str, dict[str, object]]  # an engine, how it starts, and what a text says of that


def together(asked: Asked) -> Drawn:
    """Draw the engines that run there, and how many conversations each has room for."""
    room = asked.machine.name, asked.machine.memory
    each = {engine: allocated(engine, asked) for engine in running(asked)}
    chart = stack(
        WORDS("engine: title", model=asked.home.shape.name, form=asked.home.form),
        WORDS["engine"],
        each,
        "bytes",
        LLAMA,
        room=room,
    )
    found = tiles(asked)
    places, picture = beside()
    with places:
        numbers(found)
    with picture:
        row("engines", chart, tall=TALL)
    return [chart], found


def running(asked: Asked) -> list[str]:
    """The engines that run on this machine."""
    board, backend = asked.board, asked.machine.backend
    maker = board is None or board.vendor in MAKERS
    cuda, apple = maker and backend not in (METAL, PROCESSOR), backend == METAL
    return [LLAMA, OLLAMA, *([VLLM] if cuda else []), *([MLX] if apple else [])]


def absent(asked: Asked) -> list[str]:
    """Those that do not."""
    return [engine for engine in (VLLM, MLX) if engine not in running(asked)]


def allocated(engine: str, asked: Asked) -> dict[str, float] | None:
    """Bytes by part; None where the engine does not start."""
    home, card = asked.home, asked.machine.memory
    if engine == VLLM:
        return vllm_pool.parts(home, card, asked.use.share)
    if engine == MLX:
        return mlx_memory.parts(home)
    if engine == OLLAMA:
        return memory(by_ollama(asked)) if starts_in_ollama(asked) != "exceeds" else None
    return memory(home)


def by_ollama(asked: Asked) -> Home:
    """The model as Ollama starts it."""
    return ollama_memory.set_by_ollama(asked.home, asked.machine.memory)


def starts_in_ollama(asked: Asked) -> str:
    """How Ollama starts it: "whole" on the card, or on the "processor" where there is none; "split", or only "experts"
    apart; or "exceeds" where the main memory beside it, if any, is too small."""
    home = by_ollama(asked)
    if not home.offload:
        return "processor" if asked.machine.backend == PROCESSOR else "whole"
    if elsewhere(home) > asked.machine.main:
        return "exceeds"
    return "experts" if home.only_experts else "split"


def tiles(asked: Asked) -> dict[str, Quantity]:
    """vLLM's pool, and the conversations at once that each has room for."""
    pool = vllm_pool.pool(asked.home, asked.machine.memory, asked.use.share)
    shown = {WORDS["engine: pool"]: pool} if VLLM in running(asked) and pool.value > 0 else {}
    source = WORDS["engine: formula"]
    return shown | {
        WORDS("engine: holds", engine=engine): Quantity(
            "conversations", held(engine, asked), "conversations", "estimated", source=source
        )
        for engine in running(asked)
    }


def held(engine: str, asked: Asked) -> int:
    """Conversations at once, all at the end of the context."""
    home, card = asked.home, asked.machine.memory
    if engine == VLLM:
        return vllm_pool.conversations(home, card, asked.use.share)
    if engine == OLLAMA:  # one that is partly in main memory runs, too
        starts = starts_in_ollama(asked) != "exceeds"
        return max(ollama_memory.conversations(home, card), int(starts))
    return (mlx_memory.conversations if engine == MLX else vllm_pool.in_llama_cpp)(home, card)


def said(asked: Asked) -> Iterator[Said]:
    """Why each takes what it takes: a sentence or two for each engine, and those that do not run."""
    home, card = asked.home, asked.machine.name
    known = {"context": f"{home.context:,}", "form": vllm_pool.served(home), "card": card}
    slots = {"slots": home.batch, "ubatch": home.server.ubatch, "flowing": show(flowing(home), "bytes")}
    yield LLAMA, "unified" if home.server.unified else "separate", known | slots
    yield OLLAMA, starts_in_ollama(asked), known | of_ollama(asked)
    if VLLM in running(asked):
        starts = "starts" if allocated(VLLM, asked) else "exceeds"
        yield VLLM, starts, known | of_vllm(asked)
    if MLX in running(asked):
        yield MLX, "starts", known | {"form": mlx_memory.converted(home)}
    for engine in absent(asked):
        yield engine, "absent", {"card": card}


def of_vllm(asked: Asked) -> dict[str, object]:
    """What a text says of vLLM."""
    shape, card = asked.home.shape, asked.machine.memory
    graphs = show(vllm_graphs.graph_bytes(shape, card)[1], "bytes")
    counts = {"layers": shape.layers, "sizes": vllm_graphs.sizes(card), "graphs": graphs}
    return counts | {"percent": f"{100 * asked.use.share:.0f}"}


def of_ollama(asked: Asked) -> dict[str, object]:
    """What a text says of Ollama."""
    home, layers = by_ollama(asked), asked.home.shape.layers
    usual = ollama_memory.usual_context(asked.machine.memory, home.shape.context)
    here = {"here": layers - home.offload, "moved": home.offload, "layers": layers}
    here |= {"main": show(elsewhere(home), "bytes")}
    percent = ollama_memory.percent_in_main(home)
    here |= {"least": f"{ollama_memory.usual_context(0):,}"}
    return here | {"cpu": percent, "gpu": 100 - percent, "usual": f"{usual:,}", "ubatch": f"{home.server.ubatch:,}"}


@lru_cache(maxsize=1)
def how_far_off() -> dict[str, object]:
    """What a text says of published starts that no constant was fitted to."""
    checks = memory_validation.starts(HELD)
    kept, whole = memory_validation.worst(checks)
    counts = [
        sum(each is not None for each in column) for column in zip(*((c.kept, c.whole) for c in checks), strict=True)
    ]
    said = {"kept": f"{100 * kept:.1f}", "whole": f"{100 * whole:.0f}", "starts": counts[0], "totals": counts[1]}
    return said | vllm_off()


def vllm_off() -> dict[str, object]:
    """What a text says of published starts of vLLM: the largest errors of those that nothing was fitted to, and by how
    much its pool is larger on the smallest card."""
    checks = vllm_validation.vllm_starts(HELD)
    columns = {name: [each for each in column if each is not None] for name, column in vllm_validation.errors(checks)}
    most = {name: 100 * max(map(abs, column)) for name, column in columns.items()}
    said = {"matrices": most["weights"], "left": most["kept"], "all": most["whole"]}
    said = {name: f"{ceil(10 * value) / 10:.1f}" for name, value in said.items()}
    less, more = (f"{100 * abs(pick(columns['graphs'])):.0f}" for pick in (min, max))
    counts = {"served": len(checks), "pools": len(columns["kept"]), "graphs": len(columns["graphs"])}
    counts |= {
        "models": len({each.start.model for each in checks}),
        "tokens": f"{ceil(100 * most['tokens']) / 100:.2f}",
    }
    return said | counts | {"less": less, "more": more, "small": f"{100 * vllm_validation.on_smallest_card():.0f}"}


def of_flash(home: Home) -> list[tuple[str, dict]]:
    """What is to be said where values are kept in more bits than was asked for."""
    return [("kept", {})] if without_flash(home) != home else []


def without_flash(home: Home) -> Home:
    """The same, with values in 16 bits where llama.cpp has no others: without flash attention."""
    narrow = CACHES[home.values or home.cache] < CACHES["16 bits"]
    return home if home.server.flash_attention or not narrow else replace(home, values="16 bits")
