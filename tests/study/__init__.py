"""The claims of the pages over three seeds, at full budget. `make study` runs it and writes results.json."""
