"""The hostile suite: what strangers could hand in, what has to come of it, and the program that tries it."""
