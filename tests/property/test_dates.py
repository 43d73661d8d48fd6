"""What holds for every date: written and read again it is the same, never finer than written; and what holds for every text."""

import re
import time
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from edtf import parse_edtf as peer_parse
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaners.dates import parse_dates
from cleaners.dates.edtf import Interval, OneOf, Point, Value, parse_edtf
from cleaners.dates.names import data, forms, with_plain_forms

_DAYS = st.dates(date(1582, 10, 15), date(2099, 12, 31))
_DAY_FORMS = ["{d} {m} {y}", "{d}. {m} {y}", "{m} {d}, {y}", "{y} {m} {d}", "{d} {m}, {y}", "{d}-{m}-{y}"]
_MONTH_FORMS = ["{m} {y}", "{m}, {y}", "{y} {m}", "{m} de {y}", "Published: {m} {y}"]
_DIGIT_FORMS = ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%dT%H:%M:%SZ", "%B %d, %Y", "%Y. %m. %d.", "%Y년 %m월 %d일"]
_PERIOD_FORMS = ["{} – {}", "{} - {}", "{} to {}", "from {} to {}", "between {} and {}"]


@pytest.mark.parametrize("language", list(data()["months"]))
def test_every_month_is_read_with_and_without_a_day(language: str) -> None:
    for number, cell in enumerate(data()["months"][language], 1):
        for name in with_plain_forms(forms(cell)):
            for form in _DAY_FORMS:
                assert _values(form.format(d=12, m=name, y=2020), language) == [f"2020-{number:02}-12"]
            for form in _MONTH_FORMS:
                assert _values(form.format(m=name, y=2020), language) == [f"2020-{number:02}"]


def _values(text: str, *languages: str) -> list[str]:
    return [d.edtf for d in parse_dates(text, languages=languages)]


@settings(deadline=None)
@given(_DAYS, st.sampled_from(_DIGIT_FORMS))
def test_a_day_in_digits_is_read_again(day: date, form: str) -> None:
    assert _values(day.strftime(form)) == [day.isoformat()]


@settings(deadline=None)
@given(_DAYS, st.sampled_from("/-"))
def test_a_day_in_an_open_order_is_among_what_it_can_mean(day: date, separator: str) -> None:
    for order in ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y"):
        (found,) = parse_dates(day.strftime(order.format(separator)))
        value = parse_edtf(found.edtf)
        assert Point(f"{day.year:04}", day.month, day.day) in (value.points if isinstance(value, OneOf) else (value,))
        assert isinstance(value, OneOf) == (day.day <= 12 and day.day != day.month)
    assert _values(day.strftime(f"%d{separator}%m{separator}%Y"), "en-GB") == [day.isoformat()]
    assert _values(day.strftime(f"%m{separator}%d{separator}%Y"), "en-US") == [day.isoformat()]


@settings(deadline=None)
@given(st.tuples(_DAYS, _DAYS).map(sorted), st.sampled_from(_PERIOD_FORMS), st.sampled_from(["%d %B %Y", "%B %d, %Y", "%Y-%m-%d", "%B %Y"]))
def test_a_period_keeps_both_ends(ends: list[date], form: str, end_form: str) -> None:
    first, last = (end.isoformat()[: 7 if end_form == "%B %Y" else 10] for end in ends)
    assert _values(form.format(*(end.strftime(end_form) for end in ends))) == [f"{first}/{last}" if first != last else first]


def _point(day: date, parts: int, mark: str) -> Point:
    return Point(f"{day.year:04}", *(day.month, day.day)[:parts], mark=mark)


_POINTS = st.builds(_point, _DAYS, st.integers(0, 2), st.sampled_from(["", "?", "~", "%"]))
_COARSE = st.builds(lambda year, digits: Point(f"{year:04}"[: 4 - digits] + "X" * digits), st.integers(1000, 2100), st.integers(1, 3))
_DIVISIONS = st.builds(lambda year, number: Point(f"{year:04}", number), st.integers(1000, 2100), st.sampled_from([21, 22, 23, 24, 33, 34, 35, 36, 40, 41]))
_INTERVALS = st.builds(Interval, _POINTS, st.none() | _POINTS) | st.builds(Interval, st.none(), _POINTS)
_SETS = st.lists(_POINTS, min_size=2, max_size=3).map(lambda points: OneOf(tuple(points)))


@settings(deadline=None)
@given(_POINTS | _COARSE | _DIVISIONS | _INTERVALS | _SETS)
def test_edtf_is_read_as_it_was_written(value: Value) -> None:
    assert parse_edtf(str(value)) == value


@settings(deadline=None, max_examples=60)
@given(_POINTS | _COARSE | _DIVISIONS | _INTERVALS | _SETS)
def test_the_edtf_package_accepts_every_value(value: Value) -> None:
    assert peer_parse(str(value)) is not None


@settings(deadline=None, max_examples=60)
@given(_POINTS | _COARSE)
def test_the_edtf_package_sees_the_same_bounds(value: Point) -> None:
    """Not of seasons and sets: its winter begins in January, and its sets have no strict bounds."""
    peer: Any = peer_parse(str(value))
    assert [date(*bound[:3]) for bound in (peer.lower_strict(), peer.upper_strict())] == [value.bound(last=False), value.bound(last=True)]


_PIECES = st.sampled_from(
    """Received Accepted Published: © Epub vol. no. pp. doi:10.1/x May mai март 三月 Jan. Spring Q3 between and to present – - / . , ; : ( )
    [ ] ? ' ~ 1 12 31 99 1400 1998 2020 2020/05 03/04/2024 2020-02-30 12.5.2020 20200512 ۱۳۹۹ ๒๕๖๔ ٢٠٢٠ 昭和 元年 二〇一九年 十 年 月 日
    th º de of ago vor yesterday 1 day, 2 weeks ago 19th century 1990s BCE XIX 10:30 T Z""".split()  # noqa: SIM905 - a list is harder to read
)
_TEXTS = st.text(max_size=80) | st.lists(_PIECES, max_size=14).map(" ".join) | st.lists(_PIECES, max_size=14).map("".join)
_LANGUAGES = st.sampled_from([(), ("en",), ("fa",), ("am", "xx"), ("zh-Hans", "")])
_REFERENCES = st.sampled_from([None, datetime(2024, 3, 10, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)])


@settings(deadline=None, max_examples=500)
@example("SPRING 00000000", (), None)
@given(_TEXTS, _LANGUAGES, _REFERENCES)
def test_any_text_gives_valid_dates_in_order_and_apart(text: str, languages: tuple[str, ...], reference: datetime | None) -> None:
    found = parse_dates(text, languages=languages, reference=reference)
    for one in found:
        assert one.raw == text[one.start : one.end] != ""
        value = parse_edtf(one.edtf)
        assert (str(value), value.precision) == (one.edtf, one.precision)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert found == parse_dates(text, languages=languages, reference=reference)


@settings(deadline=None, max_examples=200)
@given(st.lists(_PIECES, max_size=8).map(" ".join))
def test_a_day_needs_a_number_besides_the_year(text: str) -> None:
    for one in parse_dates(text):
        if one.precision == "day":
            assert len(re.findall(r"\d+|[〇一二三四五六七八九十元]+", one.raw)) >= 2 or re.search(r"\d{8}", one.raw)


_HOSTILE = [
    "1", "1-", "1/", "12.", "2020 ", "2020-", "(2020) ", "May ", "May-", "5 May 2020 ", "Vol. 3, 2015 ", "© 1999, ", "between 1990 and ",
    "a", "é", "र्", " ", "-", "三", "十", "X", "ReceivedMay ", "昭和", "ago ", "1 day, ",
]  # fmt: skip


@pytest.mark.parametrize("piece", _HOSTILE)
def test_time_does_not_explode_with_the_length_of_a_hostile_text(piece: str) -> None:
    """A guard against hanging, not a measure of speed: where a step is quadratic this takes minutes."""
    began = time.process_time()
    parse_dates(piece * (100_000 // len(piece)), reference=datetime(2024, 3, 10, tzinfo=UTC))
    assert time.process_time() - began < 10
