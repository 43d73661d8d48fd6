"""Web archives (WARC files): pages out of them, and pages of a store into one."""

from crawler.warc.reading import WarcPage, read_pages
from crawler.warc.writing import write_warc

__all__ = ["WarcPage", "read_pages", "write_warc"]
