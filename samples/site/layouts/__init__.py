"""How pages look, one module per layout: the page, and beside it what its record must hold."""

from collections.abc import Callable
from types import MappingProxyType
from typing import NamedTuple

from catalogue import Article
from expect import Expected

from layouts import aggregator, bare, europe, fulltext, medbase, network, news, publisher, repository, shell


class Layout(NamedTuple):
    """Both take an article and the address of the site."""

    page: Callable[[Article, str], str]
    expected: Callable[[Article, str], Expected]


LAYOUTS = MappingProxyType(
    {
        module.__name__.rpartition(".")[2]: Layout(module.page, module.expected)
        for module in (aggregator, bare, europe, fulltext, medbase, network, news, publisher, repository, shell)
    }
)
