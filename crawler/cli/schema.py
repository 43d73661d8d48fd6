"""``pagesieve schema``."""

import click
import msgspec


@click.command()
def schema() -> None:
    """Print the JSON Schema (2020-12) of a record: every field, what it means and when it is null.

    \b
    For a validator, or to look up what a field means:
        pagesieve schema > record.schema.json
        pagesieve schema | jq '."$defs".Record.properties.published'
    """
    from cleaners.record import json_schema

    # Bytes, for JSON is UTF-8 whatever the terminal speaks.
    click.echo(msgspec.json.format(msgspec.json.encode(json_schema()), indent=2))
