"""``pagesieve inspect``: a store as web pages on loopback: runs, sites, records with search and explanation, what was blocked.

``found.py`` asks the store, ``app.py`` answers requests, ``templates/`` says how it looks. Nothing is written into the store.
"""
