"""The waist of the house for language models: `build.build(experiment)` makes one, `build.measure` says how well it
reads."""
