"""Data sets: one module each, with the same names in it (CLASSES, EXAMPLES, test_pixels …). Here they go by task."""

from lessons.data import fashion_mnist, mnist

TASKS = {"fashion": fashion_mnist, "digits": mnist}
