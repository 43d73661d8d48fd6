"""``pagesieve inspect``: a store as web pages on loopback: runs, sites, records with search and explanation, what was blocked.

``app.py`` answers requests with what ``crawler/overview.py`` finds in the store, ``templates/`` says how it looks. Nothing is written into the store.
"""
