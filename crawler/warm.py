"""Imported once by the server from which workers are forked: what cleaning loads with its first page, they have then.

The page makes it read tables, compile patterns and import libraries (0.4 s), which each worker would do for itself.
"""

from cleaners.page import Page
from cleaners.pipeline import explain

_PAGE = """<html lang="en"><head><title>Ponds</title><meta name="citation_title" content="Ponds"></head><body>
<h1>Ponds of the old mills</h1><p>Rosa Hale, Otto Brand</p><p>Institute of Ponds, Norrhaven, Norway</p><p>Published: 3 May 2021</p>
<h2>Abstract</h2><p>We counted â€œpondsâ€\u009d of nine mills – twice – and found that they…</p><h2>Keywords</h2><p>ponds; mills</p>
<h2>Similar articles</h2><p><a href="/2">Mills of the old ponds</a></p><p>Hale R. Ponds J. 2019;3(2):1-9.</p></body></html>"""

explain(Page(content=_PAGE, url="https://journal.example/1"))
