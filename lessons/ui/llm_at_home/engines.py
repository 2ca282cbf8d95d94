"""The same model in llama.cpp and in vLLM, on the page: what each allocates of the card."""

from lessons.charts.stack import stack
from lessons.estimate import vllm_pool
from lessons.estimate.at_home import memory
from lessons.quantity import Quantity
from lessons.text import sections
from lessons.ui.layout.figures import row
from lessons.ui.layout.tiles import beside, numbers
from lessons.ui.llm_at_home.knobs import Asked
from lessons.ui.state.handing import Drawn

WORDS = sections("llm-at-home")
LLAMA, VLLM = WORDS["engine: llama.cpp"], WORDS["engine: vLLM"]
TALL = 560  # pixels, on a stage


def together(asked: Asked) -> Drawn:
    """Draw both, and how many conversations each has room for."""
    home, card = asked.home, asked.machine.memory
    bars = {LLAMA: memory(home), VLLM: vllm_pool.parts(home, card)}
    room = asked.machine.name, card
    chart = stack(WORDS["engine: title"], WORDS["engine"], bars, "bytes", LLAMA, room=room)
    found = tiles(asked)
    places, picture = beside()
    with places:
        numbers(found)
    with picture:
        row("engines", chart, tall=TALL)
    return [chart], found


def tiles(asked: Asked) -> dict[str, Quantity]:
    """vLLM's pool, and the conversations at once that each has room for."""
    home, card = asked.home, asked.machine.memory
    counts = {LLAMA: vllm_pool.in_llama_cpp(home, card), VLLM: vllm_pool.conversations(home, card)}
    source = WORDS["engine: formula"]
    found = {
        WORDS("engine: holds", engine=engine): Quantity(
            "conversations", count, "conversations", "estimated", source=source
        )
        for engine, count in counts.items()
    }
    pool = vllm_pool.pool(home, card)
    return {WORDS["engine: pool"]: pool} | found if pool.value > 0 else found


def said(asked: Asked) -> dict[str, str]:
    """What a text says of the setting: the format that vLLM runs, and the context."""
    return {"form": vllm_pool.served(asked.home), "context": f"{asked.home.context:,}"}
