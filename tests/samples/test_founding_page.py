"""The founding page with everything on it changed: what holds for one page must hold for its kind.

Each variant is made by a seed: other words, names, numbers, dates and identifiers, other related records in another
order, with and without metrics and authors. The expected record goes through the same changes.
"""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from cleaners.testing import sample_cases

FOUNDING = Path(__file__).resolve().parents[2] / "samples" / "pubfacts-ccl20"
CLOSE = "View Article and Find Full Text PDF"

TITLES = [
    "Does ward lighting change the reaction time of night-shift nurses?",
    "IL6R+ neutrophils: friends or foes in early sepsis.",
    "Willow buffers slow nitrate export from upland pasture: a four-winter paired-reach study.",
    "A 12-week trial of vitamin D3 (2000 IU/day) in 84 postmenopausal women with type 2 diabetes.",
    "Letter to the editor: on counting bats under bridges.",
    "Effets du repos sur l'endurance des coureurs de fond.",
    "Review and results of full-text screening in systematic reviews.",
    "β-catenin/TCF4 signalling drives stemness in HCT-116 cells via the miR-145/SOX2 axis.",
]
JOURNALS = ["J Soil Biol", "Proc Natl Acad Sci U S A", "Nature", "Cell", "Zentralbl Chir", "Rev Med Chil", "Acta Orthop Belg", "Gut", "Int J Mol Sci"]
AFFILIATIONS = [
    "Department of Landscape Hydrology, University of Norrhaven, Norrhaven, Norway.",
    "Institute of Baking Science, Lofthus University, 5781 Lofthus, Norway.",
    "Escuela de Salud Pública, Universidad Sierra Clara, Sierra Clara, Chile.",
    "Klinik für Innere Medizin, Klinikum Weißenfurt, 07422 Weißenfurt, Germany.",
]
DATES = [
    ("March 2019", "2019-03", "month"),
    ("December 2025", "2025-12", "month"),
    ("May 2008", "2008-05", "month"),
    ("12 May 2021", "2021-05-12", "day"),
    ("2020 Jul-Aug", "2020-07/2020-08", "interval"),
    ("2016", "2016", "year"),
]
DOIS = ["10.5555/jsb.2019.04.012", "10.5555/S0140-6736(24)01234-X", "10.5555/pone.0123456", "10.5555.1/AB-12_c.3", "10.5555/978-3-16-1484_7", "10.5555/4821"]
AUTHORS = [
    ["Rosa Hale"],
    ["Ingrid Halvorsen-Dale", "Tomasz Wierzba", "Odile Marchetti"],
    ["Bram de Wachter", "Sunniva Aas"],
    ["Xiaoyan Lin", "Jörg von der Aue", "M. K. O'Brien", "Thandi Mbeki-Louw"],
]
TERMS = ["willow buffers", "nitrate", "il6r", "night shift", "resistance", "co2", "bats", "type diabetes", "results", "sepsis patients", "iron metabolism"]
RELATED_TITLES = [
    "Short naps on night duty and errors in drug rounds: a simulation with 212 residents.",
    "Why manure is spread before the thaw.",
    "Single-cell atlas of the murine spleen (v2) reveals three new subsets.",
]
# Words of the text and what they become; each stands in several fields and records.
WORDS = {
    "CCL20": ["IL6R", "miR-145", "p53", "SARS-CoV-2"],
    "AML": ["CLL", "HCC", "T2DM"],
    "macrophages": ["neutrophils", "osteoclasts"],
    "daunorubicin": ["cisplatin", "vitamin D3"],
    "acute myeloid leukemia": ["chronic lymphocytic leukaemia", "Hodgkin’s lymphoma"],
    "BCR∷ABL": ["PML∷RARA", "KMT2A–MLLT3", "IgG₄"],
    "GSE122917": ["GSE7", "PRJNA000123"],
}
METRICS = {
    "Category Ranking": ["3%", "100%"],
    "Total Visits": ["0", "1,304", "58"],
    "Avg Visit Duration": ["1 minute", "11 minutes"],
    "Citations": ["1", "4,210"],
}


def _swapped(value: Any, pairs: dict[str, str]) -> Any:
    """The value with each text replaced, at any depth."""
    if isinstance(value, str):
        for old, new in pairs.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, list):
        return [_swapped(item, pairs) for item in value]
    return {name: _swapped(item, pairs) for name, item in value.items()} if isinstance(value, dict) else value


def _variant(seed: int) -> tuple[str, dict[str, Any]]:
    """A page and its expected record."""
    rng = random.Random(seed)
    record = json.loads((FOUNDING / "expected.json").read_text(encoding="utf-8"))
    article, _, similar = (FOUNDING / "page.txt").read_text(encoding="utf-8").partition("Similar Publications\n\n")
    head, _, keywords = article.partition("Top Keywords\n\n")
    entries = [entry.strip() for entry in similar.split(CLOSE) if entry.strip()]
    assert len(entries) == len(record["related"])
    assert len(keywords.split("\n")) > len(record["keywords"])

    terms = rng.sample(TERMS, rng.randint(3, 8))
    counts = [rng.randint(1, 30) for _ in terms]
    record["keywords"] = [{"term": term, "count": count} for term, count in zip(terms, counts, strict=True)]
    order = rng.sample(range(len(entries)), rng.randint(1, len(entries)))
    record["related"] = [record["related"][i] for i in order]

    for label, values in METRICS.items():
        name = label.casefold().replace(" ", "_")
        old, value = f"{label}\n\n{record['metrics'][name]}\n\n", rng.choice(values)
        assert old in head
        if rng.random() < 0.3:
            head = head.replace(old, "")
            del record["metrics"][name]
        else:
            head = head.replace(old, f"{label}\n\n{value}\n\n")
            record["metrics"][name] = int(value.replace(",", "")) if value.replace(",", "").isdigit() else value

    (shown, edtf, precision), (shown_related, edtf_related, precision_related) = rng.sample(DATES, 2)
    record["published"] = {"edtf": edtf, "precision": precision}
    record["dates"] = [{"role": "published", **record["published"]}]
    for related in record["related"]:
        if related["published"]:
            related["published"] = {"edtf": edtf_related, "precision": precision_related}
    doi, (journal, journal_related), (affiliation, affiliation_related) = rng.choice(DOIS), rng.sample(JOURNALS, 2), rng.sample(AFFILIATIONS, 2)
    record["identifiers"]["doi"], record["id"] = doi.lower(), f"doi:{doi.lower()}"
    record["links"]["source"] = f"http://dx.doi.org/{doi}"
    pairs = {
        record["title"]: rng.choice(TITLES),
        "September 2025": shown_related,
        "Published: January 2025": f"Published: {shown}",
        "10.1016/j.lfs.2024.123297DOI": f"{doi}DOI",
        "\nMed Oncol\n": f"\n{journal_related}\n",
        record["container_title"]: journal,
        record["affiliations"][0]: affiliation,
        **{old: rng.choice(new) for old, new in WORDS.items()},
    }
    for related in record["related"]:
        if related["title"]:
            pairs = {related["title"]: rng.choice(RELATED_TITLES), related["affiliations"][0]: affiliation_related, **pairs}
            related["container_title"] = journal_related

    similar = "".join(f"{entries[i]}\n\n{CLOSE}\n\n" for i in order)
    text = f"{head}Top Keywords\n\n" + "".join(f"{t}\n{n}\n" for t, n in zip(terms, counts, strict=True)) + f"\nSimilar Publications\n\n{similar}"
    text, record = _swapped(text, pairs), _swapped(record, pairs)
    if rng.random() < 0.5:
        text = text.replace(" Electronic address:", "")
    if rng.random() < 0.6:
        names = rng.choice(AUTHORS)
        record["authors"] = [{"name": name} for name in names]
        text = text.replace(f"\n{journal}\n\n", f"\n{journal}\n\n{', '.join(names)}\n\n", 1)
    return text, record


@pytest.mark.parametrize("seed", range(30))
def test_a_page_of_the_same_kind(seed: int, tmp_path: Path) -> None:
    text, record = _variant(seed)
    place = tmp_path / f"seed-{seed}"
    place.mkdir()
    (place / "page.txt").write_text(text, encoding="utf-8")
    (place / "expected.json").write_text(json.dumps(record), encoding="utf-8")
    wrong = []
    for case in sample_cases(tmp_path):
        try:
            case.check()
        except AssertionError as error:
            wrong.append(str(error))
    assert not wrong, "\n".join([*wrong, "", text])


def test_variants_differ_from_the_page_and_from_each_other() -> None:
    pages = {_variant(seed)[0] for seed in range(30)} | {(FOUNDING / "page.txt").read_text(encoding="utf-8")}
    assert len(pages) == 31
    assert _variant(7) == _variant(7)
