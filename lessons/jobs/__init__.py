"""Where work runs: jobs are generators, workers are processes, and a ticket stands for every question.

The same question asked twice is one ticket, so thirty readers on one setting compute once.
"""
