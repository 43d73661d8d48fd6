"""Why a record is as it is, for people: the page's own lines, what each was taken for, and where each field is from.

``view.py`` makes of a record and its ledger what there is to be seen; ``page.py`` writes that as a web page of one file. The terminal's
view is in ``crawler/cli/explain.py``.
"""
