"""What the quantization lesson claims, as functions of the study's rows."""

from pathlib import Path
from statistics import mean

RESULTS = Path(__file__).with_name("results.json")
CODE = ("data", "models", "training", "shrink", "measure", "experiment", "build")


def claims(rows: list[dict]) -> dict[str, bool]:
    """Each claim in words, and whether it holds."""

    def accuracy(bits: int, grain: str = "tensor") -> list[float]:
        return [row["accuracy"] for row in rows if (row["bits"], row["grain"]) == (bits, grain)]

    return {
        "training reaches 87 % with every seed": min(accuracy(32)) >= 87,
        "8 bits are within 1 point of fp32 with every seed": all(
            abs(after - before) < 1 for grain in ("tensor", "channel") for before, after in zip(accuracy(32), accuracy(8, grain), strict=True)
        ),
        "2 bits per tensor are under 50 % with every seed": max(accuracy(2)) < 50,
        "one scale per channel is better at 3 bits on average": mean(accuracy(3, "channel")) > mean(accuracy(3)),
        "1 bit beats 2 bits per tensor with every seed": all(one > two for one, two in zip(accuracy(1), accuracy(2), strict=True)),
        "a scale per channel never rounds a layer worse, at 2 bits and more": never_worse(rows),
    }  # fmt: skip


def never_worse(rows: list[dict]) -> bool:
    """Per-channel weight error ≤ per-tensor, for every seed, width and layer."""
    error = {(r["seed"], r["bits"], r["grain"], layer): e for r in rows for layer, e in r["error"].items()}
    return all(
        e <= error[seed, bits, "tensor", layer]
        for (seed, bits, grain, layer), e in error.items()
        if grain == "channel" and bits > 1
    )
