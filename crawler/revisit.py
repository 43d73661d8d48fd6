"""When a page is asked for again: the more often it changed, the sooner; after refusals and errors, ever later. Pure."""

_HOUR = 3600.0
_DAY = 24 * _HOUR
# The first interval is for articles; lists of them change more often.
_LISTS_SOONER = 7.0
# How far an interval moves from the first one: a week becomes a day, or four months.
_SHORTEST, _LONGEST = 1 / 8, 16.0
# An interval doubles or halves: in five visits it comes from a week to the longest. The idea is that of Nutch's
# AdaptiveFetchSchedule, whose steps of 40 and 20 percent take a year for that.
_STEP = 2.0
_LONGEST_REST = 30 * _DAY
# So many refusals in a row, of whichever pages, are a wall before the host; fewer may be pages of their own kind.
WALL = 5


def first_interval(days: float, *, is_list: bool) -> float:
    """The seconds after which a page is asked for again for the first time."""
    return days * _DAY / (_LISTS_SOONER if is_list else 1)


def next_interval(interval: float | None, first: float, *, changed: bool) -> float:
    """The seconds until the next visit, after one that found the page changed or not; ``None`` for a first visit."""
    if interval is None:
        return first
    wanted = interval / _STEP if changed else interval * _STEP
    return min(max(wanted, first * _SHORTEST), first * _LONGEST)


def rest(failures: int, wanted: float | None = None, *, refused: bool) -> float:
    """The seconds for which a page is left alone after so many failures in a row.

    A first error may be over by the next run; a refusal is taken at its word for an hour, and then for twice as long
    each time. ``wanted`` is what the host asked for, in seconds.
    """
    ours = _HOUR * 2.0 ** min(failures - 1, 20)
    if not refused:
        ours = 0.0 if failures <= 1 else ours / 2
    return min(max(ours, wanted or 0.0), _LONGEST_REST)
