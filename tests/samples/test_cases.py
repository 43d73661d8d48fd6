"""Every sample page gives its expected record, field by field."""

from pathlib import Path

import pytest

from cleaners.testing import SampleCase, sample_cases

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.mark.parametrize("case", sample_cases(SAMPLES), ids=str)
def test_field(case: SampleCase) -> None:
    case.check()
