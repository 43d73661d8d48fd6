"""A `Record` as a Scrapy item: importing this module makes itemadapter know it, and so feeds, pipelines and web-poet."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NoReturn

from itemadapter import ItemAdapter
from itemadapter.adapter import AdapterInterface

from cleaners.record import Record


class RecordAdapter(AdapterInterface):
    """What itemadapter asks of a kind of item. Values are plain, as in JSON: exporters know nothing of our types.

    A record cannot be changed: setting a field raises `TypeError`.
    """

    @classmethod
    def is_item_class(cls, item_class: type) -> bool:
        """Whether it is `Record`."""
        return issubclass(item_class, Record)

    @classmethod
    def get_field_names_from_class(cls, item_class: type) -> list[str]:
        """All fields, in the order of the schema."""
        return list(item_class.__struct_fields__)  # type: ignore[attr-defined]

    @cached_property
    def _plain(self) -> dict[str, Any]:
        plain: dict[str, Any] = self.item.to_dict()
        return plain

    def __getitem__(self, name: str) -> Any:
        return self._plain[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._plain)

    def __len__(self) -> int:
        return len(self._plain)

    def __setitem__(self, name: str, value: Any) -> NoReturn:
        self._refuse()

    def __delitem__(self, name: str) -> NoReturn:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise TypeError("a record cannot be changed: yield record.to_dict(), to which fields can be added")


# itemadapter's own way to learn of other kinds of items; it has no entry point for them.
if not ItemAdapter.is_item_class(Record):
    ItemAdapter.ADAPTER_CLASSES.append(RecordAdapter)  # type: ignore[attr-defined]  # a deque, typed as less
