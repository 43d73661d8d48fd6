"""``pagesieve schema``."""

import click
import msgspec


@click.command()
def schema() -> None:
    """Print the JSON Schema (2020-12) of a record: every field, what it means and when it is null.

    \b
    Check a file of records against it:
        pagesieve schema > record.schema.json
        jq -c . records.jsonl | check-jsonschema --schemafile record.schema.json -
    """
    from cleaners.record import json_schema

    # Bytes, for JSON is UTF-8 whatever the terminal speaks.
    click.echo(msgspec.json.format(msgspec.json.encode(json_schema()), indent=2))
