"""Scrapy's spiders of this project: one generic one."""
