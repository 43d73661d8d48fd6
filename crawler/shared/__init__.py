"""One crawl on many machines: a frontier on Redis that workers share, and a worker's store that lives on it."""
