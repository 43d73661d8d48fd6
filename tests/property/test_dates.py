"""What holds for every date: writing and reading it again gives the same, nothing finer than written; and what holds for every text."""

import re
import time
from datetime import UTC, date, datetime
from typing import Any

import pytest
from edtf import parse_edtf as peer_parse
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.dates import parse_dates
from cleaners.dates.edtf import Interval, OneOf, Point, Value, parse_edtf
from cleaners.dates.names import data, forms, with_plain_forms

_DAYS = st.dates(date(1582, 10, 15), date(2099, 12, 31))
# Every form of every month, with its language; the short forms of Vietnamese count, and are written in digits.
_MONTHS = [
    (language, number, form)
    for language, cells in data()["months"].items()
    for number, cell in enumerate(cells, 1)
    for form in with_plain_forms(forms(cell))
]
_EDTF_SEASON, _EDTF_QUARTER = range(21, 25), range(33, 37)


@settings(deadline=None, max_examples=500)
@given(_DAYS, st.sampled_from(_MONTHS), st.sampled_from(["{d} {m} {y}", "{d}. {m} {y}", "{m} {d}, {y}", "{y} {m} {d}", "{d} {m}, {y}", "{d}-{m}-{y}"]))
def test_a_day_with_a_named_month_is_read_again(day: date, month: tuple[str, int, str], form: str) -> None:
    language, number, name = month
    shown = form.format(d=min(day.day, 28), m=name, y=day.year)
    (found,) = parse_dates(shown, languages=[language])
    assert found.edtf == f"{day.year:04}-{number:02}-{min(day.day, 28):02}"


@settings(deadline=None, max_examples=300)
@given(_DAYS, st.sampled_from(_MONTHS), st.sampled_from(["{m} {y}", "{m}, {y}", "{y} {m}", "{m} de {y}", "Published: {m} {y}"]))
def test_a_month_gains_no_day(day: date, month: tuple[str, int, str], form: str) -> None:
    language, number, name = month
    (found,) = parse_dates(form.format(m=name, y=day.year), languages=[language])
    assert (found.edtf, found.precision) == (f"{day.year:04}-{number:02}", "month")


@settings(deadline=None)
@given(_DAYS, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%dT%H:%M:%SZ", "%B %d, %Y", "%d%b%Y", "%Y. %m. %d.", "%Y년 %m월 %d일"]))
def test_a_day_in_digits_is_read_again(day: date, form: str) -> None:
    shown = day.strftime(form)
    found = parse_dates(shown)
    if day.year >= 1450 and form != "%d%b%Y":
        assert [d.edtf for d in found] == [day.isoformat()]
    assert all(d.edtf == day.isoformat() or d.precision == "year" for d in found)


@settings(deadline=None)
@given(_DAYS, st.sampled_from("/-"))
def test_day_and_month_in_either_order_hold_the_day_that_was_meant(day: date, separator: str) -> None:
    for shown in (day.strftime(f"%d{separator}%m{separator}%Y"), day.strftime(f"%m{separator}%d{separator}%Y")):
        (found,) = parse_dates(shown)
        value = parse_edtf(found.edtf)
        assert Point(f"{day.year:04}", day.month, day.day) in (value.points if isinstance(value, OneOf) else (value,))
        assert isinstance(value, OneOf) == (day.day <= 12 and day.day != day.month)
    assert [d.edtf for d in parse_dates(day.strftime("%d/%m/%Y"), languages=["en-GB"])] == [day.isoformat()]
    assert [d.edtf for d in parse_dates(day.strftime("%m/%d/%Y"), languages=["en-US"])] == [day.isoformat()]


@settings(deadline=None)
@given(st.tuples(_DAYS, _DAYS).map(sorted), st.sampled_from(["{} – {}", "{} - {}", "{} to {}", "from {} to {}"]), st.sampled_from(["%d %B %Y", "%B %d, %Y", "%Y-%m-%d", "%B %Y"]))
def test_a_period_keeps_both_ends(ends: list[date], form: str, day_form: str) -> None:
    shown = form.format(*(end.strftime(day_form) for end in ends))
    (found,) = parse_dates(shown)
    first, last = (end.isoformat()[: 7 if day_form == "%B %Y" else 10] for end in ends)
    assert found.edtf == (f"{first}/{last}" if first != last else first)


_POINTS = st.builds(
    lambda day, precision, mark: Point(f"{day.year:04}", *(day.month, day.day)[:precision], mark=mark), _DAYS, st.integers(0, 2), st.sampled_from(["", "?", "~", "%"])
)
_COARSE = st.builds(lambda year, digits: Point(f"{year:04}"[: 4 - digits] + "X" * digits), st.integers(1000, 2100), st.integers(1, 3))
_DIVISIONS = st.builds(lambda year, number: Point(f"{year:04}", number), st.integers(1000, 2100), st.sampled_from([*_EDTF_SEASON, *_EDTF_QUARTER]))
_VALUES: st.SearchStrategy[Value] = st.one_of(
    _POINTS,
    _COARSE,
    _DIVISIONS,
    st.builds(Interval, _POINTS, st.none()),
    st.builds(Interval, st.none() | _POINTS, _POINTS),
    st.lists(_POINTS, min_size=2, max_size=3).map(lambda points: OneOf(tuple(points))),
)


@settings(deadline=None)
@given(_VALUES)
def test_edtf_is_read_as_it_was_written(value: Value) -> None:
    assert parse_edtf(str(value)) == value
    assert value.bound(last=False) <= value.bound(last=True)


def _strict(value: Any) -> tuple[date, date]:
    """The first and the last day of a value by the edtf package, without the room that it gives to uncertain dates."""
    return tuple(date(*struct[:3]) for struct in (value.lower_strict(), value.upper_strict()))  # type: ignore[return-value]


@settings(deadline=None, max_examples=60)
@given(_POINTS | _COARSE)
def test_the_edtf_package_sees_the_same_bounds(value: Point) -> None:
    """Of seasons and sets it has other notions: its winter ends in the year's first months, its sets give no strict bounds."""
    assert _strict(peer_parse(str(value))) == (value.bound(last=False), value.bound(last=True))


@settings(deadline=None, max_examples=60)
@given(_VALUES)
def test_the_edtf_package_accepts_every_value(value: Value) -> None:
    assert peer_parse(str(value)) is not None


_PIECES = st.sampled_from(
    "Received Accepted Published: © Epub vol. no. pp. doi:10.1/x May mai март 三月 Jan. Spring Q3 between and to – - / . , ; : ( ) [ ] ? ' ~ 1 12 31 99 1400 1998 2020 "
    "2020/05 03/04/2024 2020-02-30 12.5.2020 20200512 ۱۳۹۹ ๒๕๖๔ ٢٠٢٠ 昭和 元年 二〇一九年 十 年 月 日 th º de of ago vor yesterday 19th century 1990s BCE XIX 10:30 T Z".split()
)
_TEXTS = st.text(max_size=80) | st.lists(_PIECES, max_size=14).map(" ".join) | st.lists(_PIECES, max_size=14).map("".join)


@settings(deadline=None, max_examples=600)
@given(_TEXTS, st.sampled_from([(), ("en",), ("fa",), ("am", "xx"), ("zh-Hans",)]), st.sampled_from([None, datetime(2024, 3, 10, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)]))
def test_any_text_gives_valid_dates_in_order_and_apart(text: str, languages: tuple[str, ...], reference: datetime | None) -> None:
    found = parse_dates(text, languages=languages, reference=reference)
    for one in found:
        assert one.raw == text[one.start : one.end] != ""
        value = parse_edtf(one.edtf)
        assert (str(value), value.precision) == (one.edtf, one.precision)
    assert all(a.end <= b.start for a, b in zip(found, found[1:], strict=False))
    assert found == parse_dates(text, languages=languages, reference=reference)


@settings(deadline=None, max_examples=300)
@given(st.lists(_PIECES, max_size=8).map(" ".join))
def test_no_day_without_a_number_for_it(text: str) -> None:
    """A day needs a number besides the year and, in digits, the month."""
    numbers = len(re.findall(r"\d+|[〇一二三四五六七八九十元]+", text))
    for one in parse_dates(text):
        if one.precision == "day":
            assert numbers >= 2 or re.search(r"\d{8}", text)


@pytest.mark.parametrize("piece", ["1", "1-", "1/", "12.", "2020 ", "2020-", "May ", "May-", "5 May 2020 ", "(2020) ", "a", "é", "र्", " ", "-", "vol. 3, 2015 ", "三", "十", "ReceivedMay ", "© 1999, ", "X", "between 1990 and "])
def test_time_grows_with_the_length_of_a_hostile_text(piece: str) -> None:
    """The limit is a guard against hanging, not a measure of speed: a quadratic step takes minutes here."""
    began = time.perf_counter()
    parse_dates(piece * (200_000 // len(piece)))
    assert time.perf_counter() - began < 20
