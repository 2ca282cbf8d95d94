"""The silicon floor: what the arithmetic and the memory of one inference must cost, whatever the machine around it.

    E = MACs · (e_mul + e_add)  +  bits from DRAM · e_DRAM  +  bits through SRAM · e_SRAM

Energies per operation: Horowitz, ISSCC 2014 (45 nm); Jouppi et al., ISCA 2021 (7 nm); O'Connor et al., MICRO 2017
(HBM2). Real devices need far more: the band is ×/÷ 10.
"""

from dataclasses import dataclass

from lessons.facts import energy_per_operation
from lessons.quantity import Quantity

BAND = 10
ADDER = {"fp32": "fp32", "fp16": "fp16", "int8": "int32"}  # products are summed in …


class NotSourced(LookupError):
    """No sourced figure exists for this combination; the message says which."""


@dataclass(frozen=True)
class Traffic:
    """What one inference does: how often it multiplies, and how many bits it moves."""

    macs: int
    dram_bits: float  # weights as they are stored, each read once
    sram_bits: float  # weights and activations through the on-chip memory, each once


def floor_45nm(traffic: Traffic, arithmetic: str = "fp32") -> Quantity:
    """Joules at 45 nm with DDR memory and a 1 MB SRAM. `arithmetic`: the multiplier's format, fp32, fp16 or int8."""
    multiply_add = _pj(f"{arithmetic}_mul_45nm") + _pj(f"{ADDER[arithmetic]}_add_45nm")
    picojoules = (
        traffic.macs * multiply_add + traffic.dram_bits * _pj("dram_45nm") + traffic.sram_bits * _pj("sram_1MB_45nm")
    )
    formula = (
        f"{traffic.macs:,} MACs × {multiply_add:g} pJ + {traffic.dram_bits:,.0f} DRAM bits × {_pj('dram_45nm'):.3g} pJ "
        f"+ {traffic.sram_bits:,.0f} SRAM bits × {_pj('sram_1MB_45nm'):.3g} pJ"
    )
    return _estimate("energy_45nm", picojoules, formula)


def floor_7nm(traffic: Traffic, arithmetic: str = "fp32") -> Quantity:
    """Joules at 7 nm with HBM2, as far as sourced: multiplications and weight reads; no additions, no SRAM."""
    multiply, dram = _pj(f"{arithmetic}_mul_7nm"), _pj("hbm2")
    formula = f"{traffic.macs:,} multiplications × {multiply:g} pJ + {traffic.dram_bits:,.0f} DRAM bits × {dram:g} pJ"
    return _estimate("energy_7nm", traffic.macs * multiply + traffic.dram_bits * dram, formula)


def _estimate(name: str, picojoules: float, formula: str) -> Quantity:
    joules = picojoules * 1e-12
    return Quantity(name, joules, "J", "estimated", joules / BAND, joules * BAND, formula)


def _pj(name: str) -> float:
    try:
        return energy_per_operation()[name].picojoules
    except KeyError:
        raise NotSourced(f"no sourced energy for {name.replace('_', ' ')}") from None
