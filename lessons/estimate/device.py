"""Layers B and C for a model on the reader's own processor, and C for any device: from the package to the wall plug.

B = seconds × package power              C = B × server × PUE
"""

from dataclasses import replace
from math import sqrt

from lessons.facts import Figure, figure
from lessons.quantity import Quantity, show
from lessons.text import sections

WORDS = sections("estimate")

IDLE = 2  # machines that wait, and poor use of those that do not: the band's upper end


def package_power(counted: float | None, stated: float) -> Quantity:
    """Watts of a processor's package: by its own counter if it has one, else as stated. `counted`: watts by the
    counter, None where there is none."""
    if counted is not None:
        return Quantity("package power", counted, "W", "measured", source=WORDS["power counter"])
    return Quantity("package power", stated, "W", "estimated", source=WORDS["power as stated"])


def on_this_machine(seconds: float, package: Quantity, cores: int) -> Quantity:
    """B: joules of `seconds` on one core. `package`: watts of the whole package, as stated or from its counter.

    Low: one core's share of the package; high: all of it, as if the others were idle for this.

    `cores`: of the package.
    """
    joules = seconds * package.value
    formula = WORDS(
        "energy on this machine: formula",
        time=show(seconds, "s"),
        watts=package.value,
        known=package.badge,
        source=package.source,
        cores=cores,
    )
    return Quantity("device", joules, "J", "estimated", joules / cores, joules, formula)


def at_the_wall(device: Quantity, pue: Figure | None) -> Quantity:
    """C: what must come out of the socket for this much on the device: for its server (memory, fans, power supply) and
    building, too, if it is in one for computers (`pue`).

    Low: as little beside the device as is found. High: twice the server, for machines that wait; at home, where the
    device is the machine's own processor and waits for nobody, as much beside it as is found.
    """
    server = figure("server_factor")
    if pue:
        least, beside, most = (each * pue.value for each in (server.low, server.value, IDLE * server.value))
        formula = WORDS("wall plug of a server: formula", server=server.value, pue=pue.value, source=pue.source)
    else:
        least, beside, most = server.low, sqrt(server.low * server.high), server.high
        formula = WORDS("wall plug at home: formula", beside=beside, least=least, most=most)
    low, high = (device.low or device.value) * least, (device.high or device.value) * most
    return replace(device, name="wall plug", value=device.value * beside, low=low, high=high, source=formula)


def times(device: Quantity, floor: Quantity) -> Quantity:
    """How many times its silicon floor a device takes."""
    value, *band = (joules / floor.value for joules in (device.value, device.low, device.high))
    return Quantity("gap", value, "×", "estimated", *band, f"{device} ÷ {floor} ({device.source})")
