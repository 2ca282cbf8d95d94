"""Calculators: from facts and a scenario to quantities. They know no model but its numbers."""
