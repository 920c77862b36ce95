"""Many submissions: found, graded side by side, kept as they come, and written as tables.

handed.py   the folders and archives of a class -> who handed in what
worker.py   one submission -> its outcome, in a process of its own
store.py    the outcomes on disk: what is there is not graded again
grading.py  all of it, on an executor; whatever dies, nothing is lost
rows.py     the store and the roster -> one row a learner and exercise
"""
