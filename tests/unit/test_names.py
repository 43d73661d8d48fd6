"""Names of persons: lists are split whatever their order and marks, and nothing is guessed."""

import pytest

from cleaners.ledger import Person
from cleaners.names import is_generic_author, looks_like_person, person, split_authors


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # separators
        ("Moira Tennant, Gianluca Dell'Orto and Ana Lovrić", ["Moira Tennant", "Gianluca Dell'Orto", "Ana Lovrić"]),
        ("Moira Tennant; Gianluca Dell'Orto; Ana Lovrić", ["Moira Tennant", "Gianluca Dell'Orto", "Ana Lovrić"]),
        ("Moira Tennant • Gianluca Dell'Orto | Ana Lovrić", ["Moira Tennant", "Gianluca Dell'Orto", "Ana Lovrić"]),
        ("Änne Österreicher, Jörg von der Aue und Käthe Groß-Lüdemann", ["Änne Österreicher", "Jörg von der Aue", "Käthe Groß-Lüdemann"]),
        ("Karsten Lund & Theresia Egger", ["Karsten Lund", "Theresia Egger"]),
        # order
        ("Ravnsborg, Helle; de Vuyst, Anneke", ["Helle Ravnsborg", "Anneke de Vuyst"]),
        ("Ravnsborg, H., Quispe-Lara, T. & de Vuyst, A.", ["H. Ravnsborg", "T. Quispe-Lara", "A. de Vuyst"]),
        ("Kowal R, Brandt EM, Abadía JL.", ["Kowal R", "Brandt EM", "Abadía JL"]),
        # particles, suffixes, degrees
        ("Ludwig van der Meer, Ana de la Cruz, Omar bin Rashid", ["Ludwig van der Meer", "Ana de la Cruz", "Omar bin Rashid"]),
        ("Alfred Pell, Jr., Rosa Hale", ["Alfred Pell Jr.", "Rosa Hale"]),
        ("Rosa Hale, MD, PhD, Otto Brand, MSc", ["Rosa Hale", "Otto Brand"]),
        ("Dr. Rosa Hale, Prof. Otto Brand", ["Rosa Hale", "Otto Brand"]),
        # marks, addresses
        ("Helle Ravnsborg1,2*, Teodoro Quispe-Lara3†, Anneke de Vuyst¹", ["Helle Ravnsborg", "Teodoro Quispe-Lara", "Anneke de Vuyst"]),
        ("Helle Ravnsborg (1), Anneke de Vuyst [2]", ["Helle Ravnsborg", "Anneke de Vuyst"]),
        ("Rosa Hale rosa@hale.example, Otto Brand", ["Rosa Hale", "Otto Brand"]),
        ("Rosa Hale https://orcid.org/0000-0002-1825-0097, Otto Brand", ["Rosa Hale", "Otto Brand"]),
        ("Hale, Rosa; Brand Ruiz, Otto M.; Tennant III, Moira", ["Rosa Hale", "Otto M. Brand Ruiz", "Moira Tennant III"]),
        ("Rosa Hale, Otto Brand; Moira Tennant, Odile Marchetti", ["Rosa Hale", "Otto Brand", "Moira Tennant", "Odile Marchetti"]),
        # what is not a name
        ("Rosa Hale, Otto Brand, et al.", ["Rosa Hale", "Otto Brand"]),
        ("Rosa Hale et al", ["Rosa Hale"]),
        ("Rosa Hale u. a.", ["Rosa Hale"]),
        ("Rosa Hale, Otto Brand …", ["Rosa Hale", "Otto Brand"]),
        ("Rosa Hale, Otto Brand and others", ["Rosa Hale", "Otto Brand"]),
        ("By Jane Doe and John Roe", ["Jane Doe", "John Roe"]),
        ("Von Tilman Arends", ["Tilman Arends"]),
        ("Jane Doe, 12 March 2021, 4 min read", ["Jane Doe"]),
        ("", []),
        # scripts without spaces
        ("林若溪，郭一帆，欧阳清", ["林若溪", "郭一帆", "欧阳清"]),
        ("林若溪1, 郭一帆1,2, 欧阳清2", ["林若溪", "郭一帆", "欧阳清"]),
        ("山田 花子、鈴木 一郎", ["山田 花子", "鈴木 一郎"]),
        ("Иванов А. Б., Петрова В. Г.", ["Иванов А. Б.", "Петрова В. Г."]),
    ],
)
def test_split_authors(text: str, names: list[str]) -> None:
    assert [p.name for p in split_authors(text)] == names


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Ravnsborg, Helle", Person(name="Helle Ravnsborg", given="Helle", family="Ravnsborg")),
        ("de Vuyst, Anneke M.", Person(name="Anneke M. de Vuyst", given="Anneke M.", family="de Vuyst")),
        ("Pell, Alfred, Jr.", Person(name="Alfred Pell Jr.", given="Alfred", family="Pell")),
        ("Brandt EM", Person(name="Brandt EM", given="EM", family="Brandt")),
        ("de la Cruz A", Person(name="de la Cruz A", given="A", family="de la Cruz")),
        # which part is which is not stated here
        ("Helle Ravnsborg", Person(name="Helle Ravnsborg")),
        ("J. R. Hale", Person(name="J. R. Hale")),
        ("M. K.", Person(name="M. K.")),
        ("Li Na", Person(name="Li Na")),
        ("Li MA", Person(name="Li MA", given="MA", family="Li")),  # initials, not a degree
        ("林若溪", Person(name="林若溪")),
        ("Madonna", Person(name="Madonna")),
        ("Rosa Hale, M.D.", Person(name="Rosa Hale")),
        ("Brandt E.", Person(name="Brandt E", given="E", family="Brandt")),
        ("Dr. Rosa Hale, PhD", Person(name="Rosa Hale")),
        ("Rosa Hale a, b", Person(name="Rosa Hale")),
        ("Rosa Hale (0000-0002-1825-0097)", Person(name="Rosa Hale", orcid="0000-0002-1825-0097")),
        ("1, 2 *", None),
        ("", None),
    ],
)
def test_person(text: str, want: Person | None) -> None:
    assert person(text) == want


@pytest.mark.parametrize(
    ("line", "is_person"),
    [
        ("Moira Tennant", True),
        ("By Jane Doe", True),
        ("Jörg von der Aue", True),
        ("J. R. Hale", True),
        ("Gianluca Dell'Orto", True),
        ("林若溪", True),
        ("Related Articles", False),
        ("Hydrology Letters", False),
        ("University of Lofthus", False),
        ("Published online", False),
        ("Download PDF", False),
        ("RESEARCH ARTICLE TYPE", False),
        ("Rain barrels and their mosquitoes", False),
        ("12 March 2021", False),
        ("", False),
    ],
)
def test_looks_like_person(line: str, is_person: bool) -> None:
    assert looks_like_person(line) is is_person


@pytest.mark.parametrize(
    ("name", "generic"),
    [
        ("Admin", True),
        ("Die Redaktion", True),
        ("editor", True),
        ("https://social.example/elwickpost", True),
        ("{{ author.name }}", True),
        ("", True),
        ("Jane Doe", False),
        ("Stella Admin-Berg", False),
        ("Ed Itor", False),
    ],
)
def test_generic_names_sign_for_nobody(name: str, generic: bool) -> None:
    assert is_generic_author(name) is generic


def test_a_very_long_list_is_read_in_one_pass() -> None:
    assert len(split_authors(", ".join(f"Moira {chr(97 + i % 26).upper()}. Tennant" for i in range(3000)))) == 3000


def test_an_address_with_its_postcode_is_no_name() -> None:
    assert split_authors("Wendmoor, AZ, 85004") == []
    assert [p.name for p in split_authors("Rosa Hale; Otto Brand")] == ["Rosa Hale", "Otto Brand"]
