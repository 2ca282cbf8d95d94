"""Three models with dense layers, whose energy is written out here: weights, cache, operations and layers."""

from math import ceil, log2

from lessons import facts
from lessons.estimate import footprint
from lessons.facts import figure
from lessons.facts.architectures import Architecture, models
from lessons.facts.board_memory import driver_memory
from lessons.quantity import Quantity
from lessons.ui.footprint.exercises import several
from lessons.ui.footprint.knobs import ACTIVE, BATCH, DTYPE, GRID, PUE, PUES, TASK, TOTAL, AskedUse
from tests.exercises import Asked

BOARDS = {"Llama 3.1 70B": ("NVIDIA H100 SXM5 80GB", "h100"), "Llama 3.1 8B": ("NVIDIA B200", "b200")}
BOARDS |= {"Qwen2.5 32B": BOARDS["Llama 3.1 70B"]}
TASKS = {"Llama 3.1 70B": "chat", "Llama 3.1 8B": "long document", "Qwen2.5 32B": "classify"}
USES = {"Llama 3.1 70B": 10, "Llama 3.1 8B": 3, "Qwen2.5 32B": 30}
AT = {"Llama 3.1 70B": BATCH.default, "Llama 3.1 8B": "1", "Qwen2.5 32B": "512"}  # batch sizes


def use(name: str, task: str) -> AskedUse:
    return AskedUse(
        task=task,
        method="boards",
        name=name,
        total=TOTAL.default,
        active=ACTIVE.default,
        tokens=footprint.TASKS[task],
        board=facts.boards()[BOARDS[name][0]],
        dtype=DTYPE.default,
        pue=figure(PUES[PUE.default]),
        grid=facts.grids()[GRID.default],
        uses=USES[name],
    )


def multiplied(model: Architecture, experts: int = 1) -> int:
    """Numbers that a token is multiplied with: heads, attention, gated MLPs of which some are used, and the router."""
    attention = 2 * model.d_model * model.head_dim * (model.n_heads + model.n_kv_heads)
    mlp = experts * 3 * model.d_model * (model.d_ff_expert if model.experts else model.d_ff)
    router = model.d_model * (model.experts or 0)
    return model.vocab * model.d_model + model.layers * (attention + mlp + router)


def operations(name: str, prompt: int, output: int) -> float:
    """For each output token: of the matrices, and of attention to all that is there in the middle of each phase."""
    model = models()[name]
    each = 4 * model.n_heads * model.head_dim * model.layers
    attention = each * (prompt / 2) * prompt / output + each * (prompt + output / 2)
    return 2 * multiplied(model) * (prompt + output) / output + attention


def energy(name: str, batch: str, task: str) -> float:
    """Wh of one use at the wall plug."""
    model, (board, short), (prompt, output) = models()[name], BOARDS[name], footprint.TASKS[task]
    byte, flop, layer = (figure(f"board_{short}_{part}").value for part in ("byte", "flop", "layer"))
    token = 2 * 2 * model.layers * model.n_kv_heads * model.head_dim  # bytes of keys and values
    held = 1.2 * 2 * model.params_total + int(batch) * token * (prompt + output)
    boards = 2 ** max(0, ceil(log2(held / (2**20 * driver_memory()[board].MiB))))
    read = 2 * multiplied(model) / int(batch) + token * (prompt + output / 2)
    computed = operations(name, prompt, output)
    joules = 1e-12 * (byte * read + flop * computed) + 1e-3 * layer * model.layers * boards / int(batch)
    return joules * output / 3600 * figure("server_factor").value * figure(PUES[PUE.default]).value


def enough(name: str) -> set[str]:
    """Counted down from the largest batch, where energy falls with every step."""
    energies = [energy(name, at, TASKS[name]) for at in BATCH.options]
    return {str(2 ** sum(each > 2 * energies[-1] for each in energies))}


WHAT = {name: use(name, task) for name, task in TASKS.items()}
ENERGIES = {
    name: ({at: footprint.by_boards(what.with_batch(int(at))).value for at in BATCH.options},)
    for name, what in WHAT.items()
}
AT_ONCE = {name: (*ENERGIES[name], several(AT[name])) for name in WHAT}
BATCHED = {name: (what, AT[name]) for name, what in WHAT.items()}
TRAINED = {"Llama 3.1 70B": 15e12, "Mixtral 8x7B": 2e12, "Qwen2.5 32B": 18e12}
YEARLY = {
    name: (what, people, Quantity("energy", watt_hours, "Wh", "estimated"))
    for (name, what), people, watt_hours in zip(
        WHAT.items(), (100_000_000, 1_000, 80_000), (2e10, 3e8, 5e9), strict=True
    )
}


def together(name: str) -> float:
    batch = str(max(64, int(AT[name])))
    return int(batch) * energy(name, batch, TASKS[name]) / energy(name, "1", TASKS[name])


def overtaken(name: str) -> float:
    what, people, training = YEARLY[name]
    return training.value / people / USES[name] / energy(name, "64", TASKS[name])


ASKED = {
    "together": Asked(AT_ONCE, together),
    "enough": Asked(ENERGIES, enough, BATCH.options, BATCH.default),
    "unit": Asked(BATCHED, lambda name: energy(name, AT[name], TASKS[name])),
    "reasoning": Asked(
        BATCHED, lambda name: energy(name, AT[name], "reasoning") / energy(name, AT[name], TASK.default)
    ),
    "prefill": Asked(BATCHED, lambda name: operations(name, *footprint.TASKS[TASKS[name]]) / 1e9),
    "training": Asked(
        {name: (models()[name], tokens) for name, tokens in TRAINED.items()},
        lambda name: 6 * TRAINED[name] * multiplied(models()[name], models()[name].experts_active or 1),
    ),
    "overtakes": Asked(YEARLY, overtaken),
}
