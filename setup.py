"""For ``scrapyd-deploy``, which has setuptools make an egg. Everything else is built by hatchling, as pyproject.toml says."""

from typing import Any

from setuptools import Distribution, find_packages, setup


class Egg(Distribution):
    """Without pyproject.toml, which is not for setuptools: releases that scrapyd can still live with fail on its licence."""

    def parse_config_files(self, *_: Any, **__: Any) -> None:
        """Nothing but what is said below."""


setup(
    name="pagesieve",
    packages=find_packages(include=["cleaners*", "crawler*"]),
    package_data={"": ["*.toml", "*.sql", "*.html", "*.css", "*.js", "migrations/*.sql", "templates/*", "sites/*.toml"]},
    entry_points={"scrapy": ["settings = crawler.settings"]},
    zip_safe=True,
    distclass=Egg,
)
