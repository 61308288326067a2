import pytest

from regulations.regions import REGIONS, region_of


@pytest.mark.parametrize(
    ("postcode", "region"),
    [
        ("50300", "Normandie"),
        ("35140", "Bretagne"),
        ("20200", "Corse"),
        ("97410", "La Réunion"),
        ("97600", "Mayotte"),
        ("75001", "Île-de-France"),
        ("", ""),
        ("98000", ""),
    ],
)
def test_the_postcode_gives_the_region(postcode, region):
    assert region_of(postcode) == region


def test_every_departement_has_one_region():
    metropolitan = {f"{number:02}" for number in range(1, 96)} - {"20"}
    assert all(region_of(f"{code}000") in REGIONS for code in metropolitan | {"20"})
    assert len(REGIONS) == 18
