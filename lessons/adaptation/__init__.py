"""Models that have learnt something new on top of what they know: texts and pictures alike, one step above what builds
both."""
