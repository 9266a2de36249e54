"""An organisation whose experts are known, because they were planted there.

``wording`` reads what is written about (the files beside it), ``writing`` makes texts of it,
``organisation`` holds people, groups and texts, ``scenarios`` casts who knows what and who only
seems to, ``questions`` asks, by ``naming`` and with ``mistakes`` too, ``planting`` writes judged
collections of it all.
"""
