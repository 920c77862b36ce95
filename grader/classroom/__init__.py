"""A course for nbgrader: made from our exercises, graded by our grader, in nbgrader's own gradebook.

course.py      the folder of a course: which assignment is which exercise
notebook.py    an exercise -> the notebook that a learner gets
making.py      `drydock classroom init`: source/, settings, the learners
modes.py       what nbgrader takes from files on their way, given back
verdicts.py    a submission -> its outcome, from the store or graded in another process
cells.py       a report -> a text and a number for each cell that has points
plugged.py     what nbgrader is given: preprocessors and an export that fail closed

Only plugged.py and gradebook.py import nbgrader, and only when they are used.
"""
