"""How pages look, one module per layout: the page, and beside it what its record must hold."""

from types import MappingProxyType

from layouts import aggregator, bare, europe, fulltext, medbase, network, news, publisher, repository, shell

LAYOUTS = MappingProxyType(
    {
        "aggregator": aggregator,
        "bare": bare,
        "europe": europe,
        "fulltext": fulltext,
        "medbase": medbase,
        "network": network,
        "news": news,
        "publisher": publisher,
        "repository": repository,
        "shell": shell,
    }
)
