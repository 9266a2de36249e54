"""How well and how fast Finder answers.

``collection`` reads judged collections, ``evaluate`` asks their topics, ``measures`` scores the
``run`` against the judgements, ``table`` shows the outcome. ``planted`` and ``holdout`` make
collections, which ``writing`` writes. ``bench`` has what is measured in seconds and bytes.
"""
