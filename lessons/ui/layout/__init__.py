"""How a page looks: its frame, tiles, figures, drawers, tables, and the stage."""
