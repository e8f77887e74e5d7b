"""`manage.py doctor`: looks at an installation, a subject a module, and says what is wrong with it.

A module's `look` yields Findings. What a figure means is judged by functions that take the figure,
so that each side of an edge can be tested.
"""
