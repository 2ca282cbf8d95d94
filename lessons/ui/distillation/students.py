"""What the students of a race are called, and the colours that they have in every chart."""

from lessons.text import sections

WORDS = sections("distillation")
WHO = {  # students, by their keys, as a reader calls them
    "alone": WORDS["alone"],
    "taught": WORDS["taught"],
    "alone+bias": WORDS["alone, put right"],
    "taught+bias": WORDS["taught, put right"],
}
STUDENTS = {"alone": WORDS["student alone"], "taught": WORDS["student taught"]}  # beside a teacher
RUNNING = {name: () for name in (WHO["alone"], WHO["taught"])}  # in all charts the first colours of the theme
KINDS = ("alone", "taught", "quantized", "pruned", "fine-tuned")  # of bars, in the order of these colours
