"""Dates: every form is read, no part is added, numbers that are no dates are left alone."""

from datetime import UTC, date, datetime

import pytest

from cleaners.dates import parse_dates
from cleaners.dates.edtf import parse_edtf
from cleaners.dates.fallback import rare

NOW = datetime(2024, 3, 10, 15, 0, tzinfo=UTC)


def values(text: str, *, languages: tuple[str, ...] = (), reference: datetime | None = None) -> list[str]:
    return [d.edtf for d in parse_dates(text, languages=languages, reference=reference)]


def roles(text: str) -> list[tuple[str, str]]:
    return [(d.role, d.edtf) for d in parse_dates(text)]


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        # days
        ("12 May 2020", "2020-05-12"),
        ("May 12, 2020", "2020-05-12"),
        ("the 21st of September, 2020", "2020-09-21"),
        ("5-Sep-2020", "2020-09-05"),
        ("05-SEP-21", "2021-09-05"),
        ("5.IX.2020", "2020-09-05"),
        ("2020, September 5", "2020-09-05"),
        ("2020-05-12", "2020-05-12"),
        ("2020/5/12", "2020-05-12"),
        ("12.5.2020", "2020-05-12"),
        ("12/25/19", "2019-12-25"),
        ("1.º de janeiro de 2020", "2020-01-01"),
        ("1er août 2020", "2020-08-01"),
        ("25-го мая 2020 года", "2020-05-25"),
        ("2021 m. rugsėjo 3 d.", "2021-09-03"),
        ("2021. szeptember 3., péntek", "2021-09-03"),
        ("Ngày 12 tháng 5 năm 2019", "2019-05-12"),
        ("3 d’octubre de 2021", "2021-10-03"),
        # times: the calendar day as written
        ("2020-12-31T23:30:00-08:00", "2020-12-31"),
        ("20201231T233000Z", "2020-12-31"),
        ("Thu Dec 25 10:36:28 UTC 2003", "2003-12-25"),
        ("10:00 am, Sep 21, 2020", "2020-09-21"),
        ("mardi 21 janvier 2020-10:08:23", "2020-01-21"),
        # what is not stated is not added
        ("March 2021", "2021-03"),
        ("2021/03", "2021-03"),
        ("7/2018", "2018-07"),
        ("2012-05-00", "2012-05"),
        ("2012/00/00", "2012"),
        ("Sep '20", "2020-09"),
        ("2021", "2021"),
        ("late 2019", "2019"),
        ("mid-2017", "2017"),
        # a day that the calendar does not have
        ("30 February 2021", "2021-02"),
        # PubMed
        ("1987 Oct 4", "1987-10-04"),
        ("2004 Mar 9-15", "2004-03-09/2004-03-15"),
        ("1998 Dec-1999 Jan", "1998-12/1999-01"),
        ("2007 Dec 28-2008 Jan 3", "2007-12-28/2008-01-03"),
        ("2003 Autumn", "2003-23"),
        ("2001 1st Quarter", "2001-33"),
        # periods
        ("12–14 June 2019", "2019-06-12/2019-06-14"),
        ("28 Dec 2019 – 3 Jan 2020", "2019-12-28/2020-01-03"),
        ("du 5 au 9 mai 2019", "2019-05-05/2019-05-09"),
        ("5.-9.5.2019", "2019-05-05/2019-05-09"),
        ("5-9.05.2019", "2019-05-05/2019-05-09"),
        ("с 5 по 9 мая 2019 года", "2019-05-05/2019-05-09"),
        ("2019年5月5日至9日", "2019-05-05/2019-05-09"),
        ("enero-marzo 2019", "2019-01/2019-03"),
        ("Dec 2019/Jan 2020", "2019-12/2020-01"),
        ("Vol. 45 No. 2 (2019): July-December", "2019-07/2019-12"),
        ("from 1998 to 2004", "1998/2004"),
        ("between 1890 and 1910", "1890/1910"),
        ("1998–04", "1998/2004"),
        ("2019/20", "2019/2020"),
        ("Wintersemester 2019/20", "2019/2020"),
        ("2015 – present", "2015/.."),
        # seasons and quarters
        ("Herbst 1998", "1998-23"),
        ("primavera de 2015", "2015-21"),
        ("2018年冬季号", "2018-24"),
        ("Fall/Winter 2020", "2020-23/2020-24"),
        ("Winter 2018/19", "2018-24"),
        ("2-й квартал 2019", "2019-34"),
        ("Q3/2022", "2022-35"),
        ("2022Q3", "2022-35"),
        ("I квартал 2020", "2020-33"),
        ("1. Halbjahr 2020", "2020-40"),
        ("H2 2021", "2021-41"),
        # what is not known for sure, and what is coarse
        ("ca. 1890", "1890~"),
        ("c1880", "1880~"),
        ("[1887?]", "1887?"),
        ("[1887]", "1887"),
        ("[192-]", "192X"),
        ("the 1960s", "196X"),
        ("années 1970", "197X"),
        ("early 20th century", "19XX"),
        ("XVIII secolo", "17XX"),
        ("конец XIX в.", "18XX"),
        ("1970-е годы", "197X"),
        ("probably 1730/1740", "1730?/1740?"),
        ("44 BCE", "-0043"),
        # other calendars and digits
        ("令和3年4月1日", "2021-04-01"),
        ("平成二十年三月", "2008-03"),
        ("二〇一九年十月二十一日", "2019-10-21"),
        ("民國109年5月", "2020-05"),
        ("2022年1月3日(月) 10時00分", "2022-01-03"),
        ("2019년 3월 5일", "2019-03-05"),
        ("۱۲ مهر ۱۳۹۹", "2020-10-03"),
        ("1400/10/12", "2022-01-02"),
        ("زمستان ۱۳۹۸", "2019-12-22/2020-03-19"),
        ("سال 1398", "2019-03-21/2020-03-19"),
        ("12 พฤษภาคม 2564", "2021-05-12"),
        ("12 พ.ค. 64", "2021-05-12"),
        ("12/05/2564", "2021-05-12"),
        ("١٥ يناير ٢٠٢٠", "2020-01-15"),
        ("१२ मार्च २०१९", "2019-03-12"),
        ("1 Muharram 1443", "2021-08-09"),
    ],
)
def test_a_form_is_read_with_the_parts_that_it_states(text: str, edtf: str) -> None:
    assert values(text) == [edtf]


@pytest.mark.parametrize(
    "text",
    [
        "", "in press", "n.d.", "5 May", "Thursday 5th March", "10:30 am", "3 days ago", "March on Washington",
        "pp. 1990-2001", "pages 1990–2001", "J Foo 62:1990-2001", "Cited by 1998", "Citations: 2014", "1,990 views",
        "doi:10.1016/j.foo.2019.05.031", "https://example.org/2020/05/12/story.html", "ISSN 2050-084X", "ISSN: 1998-2001",
        "ISBN 978-3-16-148410-0", "+1 (555) 010-2020", "Tel. 030 2014 2019", "v1.2.3", "IP 10.12.20.15", "$2,019.50", "€ 2019",
        "12-14 years", "aged 18–24", "n = 2014 patients", "2012 participants were randomised in 14 centres", "p < 0.001",
        "95% CI 1.02-2.10", "PMC2012345", "PMID: 20123456", "Grant No. 2018/12345-6", "Room 2012", "Fig. 2012", "0000", "9999",
        "Table no. 3. 2012 patients were seen", "二〇一九年代の十十十年", "1002.70", "91.2% (1540/1689)", "2500", "2066–", "2000+",
        "4 Pro 75", "T5-1000", "Volume 287, Issue 1927", "data set 2019",
    ],
)  # fmt: skip
def test_other_numbers_are_no_dates(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (
            "Received: 5 July 2015Accepted: 2 Aug 2015Published: 9 Aug 2015",
            [("received", "2015-07-05"), ("accepted", "2015-08-02"), ("published", "2015-08-09")],
        ),
        ("ReceivedMay 5, 2019AcceptedJune 7, 2019", [("received", "2019-05-05"), ("accepted", "2019-06-07")]),
        (
            "Received December 3, 2007; revised manuscript received June 3, 2008; accepted June 10, 2008",
            [("received", "2007-12-03"), ("revised", "2008-06-03"), ("accepted", "2008-06-10")],
        ),
        ("[Submitted on 12 Jun 2017 (v1), last revised 2 Aug 2023 (this version, v7)]", [("submitted", "2017-06-12"), ("revised", "2023-08-02")]),
        ("J Foo. 2018 Jan 2;128(1):36-44. doi: 10.1000/JF9. Epub 2017 Nov 20.", [("published", "2018-01-02"), ("epub", "2017-11-20")]),
        ("Foo. 2013 Aug 21;8(8):e71. eCollection 2014.", [("published", "2013-08-21"), ("issue", "2014")]),
        ("First published: 03 May 2021Citations: 12", [("published", "2021-05-03")]),
        ("Available online 28 January 2011", [("online", "2011-01-28")]),
        ("UPDATED: 17:20, 4 January 2022", [("updated", "2022-01-04")]),
        ("By Jane Doe | March 3, 2015", [("published", "2015-03-03")]),
        ("March 3, 2015. Updated: March 5, 2015", [("published", "2015-03-03"), ("updated", "2015-03-05")]),
        ("2019/02/03 00:00 [accepted]", [("accepted", "2019-02-03")]),
        ("收稿日期：2019-03-04；录用日期：2019-06-01", [("received", "2019-03-04"), ("accepted", "2019-06-01")]),
        ("2020年1月2日收稿，2020年3月5日录用", [("received", "2020-01-02"), ("accepted", "2020-03-05")]),
        ("접수일: 2018.04.02 게재확정일: 2018.06.11", [("received", "2018-04-02"), ("accepted", "2018-06-11")]),
        ("تاریخ دریافت: ۱۳۹۸/۰۲/۱۵", [("received", "2019-05-05")]),
        ("प्रकाशित: 3 जनवरी 2022", [("published", "2022-01-03")]),
        ("Reçu le 5 mars 2003, accepté le 17 juin 2003", [("received", "2003-03-05"), ("accepted", "2003-06-17")]),
        ("Geliş tarihi: 13.02.2019 Kabul tarihi: 05.04.2019", [("received", "2019-02-13"), ("accepted", "2019-04-05")]),
        ("© 2001–2022 Example Inc.", [("copyright", "2001/2022")]),
        ("Copyright © 1995, 1999, 2003 Example", [("copyright", "1995"), ("copyright", "1999"), ("copyright", "2003")]),
        ("Vol. 39 No. 1 January 2023", [("issue", "2023-01")]),
        ("Heft 13/2021", [("issue", "2021")]),
        ("№ 5 (2020)", [("issue", "2020")]),
        ("n° 41, 2018/2, p. 45-67", [("issue", "2018")]),
        ("Año 12, No. 24, enero - junio 2019", [("issue", "2019-01/2019-06")]),
        ("Volumes 5–6, December 2014", [("issue", "2014-12")]),
        ("Current issue (Volume 41 Issue D1 January 2013)", [("issue", "2013-01")]),
        ("© The Author(s), under exclusive licence to Example Nature AG 2021", [("copyright", "2021")]),
        ("Foo 2011;62:1–10", [("published", "2011")]),
        ("12 May 2020, 14:30", [("unspecified", "2020-05-12")]),
        ("2020-05-12T14:30:00Z", [("unspecified", "2020-05-12")]),
        ("di 12 mei 2020", [("unspecified", "2020-05-12")]),
        ("Foo 521, 436–444 (2015)", [("published", "2015")]),
        ("12 May 2020", [("unspecified", "2020-05-12")]),
    ],
)
def test_each_date_of_a_line_has_the_role_that_the_line_gives_it(text: str, want: list[tuple[str, str]]) -> None:
    assert roles(text) == want


@pytest.mark.parametrize(
    ("text", "languages", "edtf"),
    [
        ("03/04/2024", (), ["[2024-03-04,2024-04-03]"]),
        ("03/04/2024", ("en",), ["[2024-03-04,2024-04-03]"]),
        ("03/04/2024", ("en-US",), ["2024-03-04"]),
        ("03/04/2024", ("en-GB",), ["2024-04-03"]),
        ("03/04/2024", ("fr",), ["2024-04-03"]),
        ("03/04/2024", ("fr", "en-us"), ["[2024-03-04,2024-04-03]"]),
        ("03.04.2024", (), ["2024-04-03"]),
        ("04/04/2024", (), ["2024-04-04"]),
        ("03/04/2024 and 25/12/2024", (), ["2024-04-03", "2024-12-25"]),
        ("Received: 1/2/2018, Accepted: 3/20/2018", (), ["2018-01-02", "2018-03-20"]),
        ("10-11-12", (), ["[2010-11-12,2012-10-11,2012-11-10]"]),
        ("5 listopada 2020", (), ["2020-11-05"]),  # Polish; the point of "5. listopada" makes it Croatian, and October
        ("5. listopada 2020", (), ["2020-10-05"]),
    ],
)
def test_what_the_form_leaves_open_is_a_set_until_something_decides(text: str, languages: tuple[str, ...], edtf: list[str]) -> None:
    assert values(text, languages=languages) == edtf


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("3 days ago", "2024-03-07"),
        ("Updated 26 hours ago", "2024-03-09"),
        ("vor 2 Wochen", "2024-02-25~"),
        ("hace 5 meses", "2023-10"),
        ("2 года назад", "2022"),
        ("5分钟前", "2024-03-10"),
        ("ieri", "2024-03-09"),
        ("Posted yesterday at 10:12", "2024-03-09"),
    ],
)
def test_times_that_count_from_another_need_a_reference(text: str, edtf: str) -> None:
    assert values(text, reference=NOW) == [edtf]
    assert values(text) == []


def test_words_of_time_in_prose_are_no_dates() -> None:
    assert values("Subscribe today and save", reference=NOW) == []


def test_dateparser_answers_only_for_what_both_probes_agree_on() -> None:
    assert str(rare("12 ሜይ 2020", ("am",), None)) == "2020-05-12"
    assert str(rare("ሜይ 2020", ("am",), None)) == "2020-05"
    assert rare("ሜይ", ("am",), None) is None
    assert rare("12 ሜይ", ("am",), None) is None


def test_prose_does_not_reach_dateparser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaners.dates.fallback._parser", lambda *_: pytest.fail("dateparser was asked"))
    assert values("Results of a trial in 14 centres with 2012 patients, of whom 3 left", languages=("am",)) == []


def test_raw_is_the_text_that_was_read() -> None:
    text = "Received ¹² May ²⁰²⁰; accepted  2020年6月1日 (Mon)"
    for found in parse_dates(text):
        assert found.raw == text[found.start : found.end]
        assert found.raw.strip() == found.raw != ""
    assert values(text) == ["2020-05-12", "2020-06-01"]


def test_dates_are_ordered_by_time_and_have_bounds() -> None:
    day, month, open_end = (parse_dates(text)[0] for text in ("12 May 2020", "May 2020", "2015 – present"))
    assert sorted([day, month, open_end]) == [open_end, month, day]
    assert (month.lower(), month.upper()) == (date(2020, 5, 1), date(2020, 5, 31))
    assert open_end.upper() == date.max


@pytest.mark.parametrize("text", ["2020-13", "2020-02-30", "20", "May 2020", "2020/", "../..", "[2020", "2X20", "2020-25", ""])
def test_no_value_is_read_from_what_is_not_edtf(text: str) -> None:
    with pytest.raises(ValueError):
        parse_edtf(text)
