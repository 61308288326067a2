import pytest

from regulations.trades import Trade, trade_of_job


@pytest.mark.parametrize(
    "title, rome, expected",
    [
        pytest.param("Agent de service hospitalier", "K2204", Trade.ASH, id="K2204, les mots disent ASH"),
        pytest.param("Agent d'entretien des locaux", "K2204", Trade.CLEANING, id="K2204, les mots disent entretien"),
        pytest.param("Agente polyvalente", "K2204", None, id="K2204 sans autre mot : on ne devine pas"),
        pytest.param("Accompagnant éducatif et social", "K1302", Trade.AES, id="K1302, les mots disent AES"),
        pytest.param("Salariée", "K1302", Trade.HOME_HELP, id="K1302, ROME 4.0"),
        pytest.param("Salariée", "k1301 ", Trade.AES, id="K1301 en minuscules, ROME 4.0"),
        pytest.param("Aide à domicile", "", Trade.HOME_HELP, id="sans code"),
        pytest.param("Aide de cuisine", "", Trade.KITCHEN, id="aide de cuisine"),
        pytest.param("Aide-soignante faisant fonction", "J1501", Trade.CARE_AIDE, id="J1501, ROME 4.0"),
        pytest.param("AIDE SOIGNANT", "", Trade.CARE_AIDE, id="sans trait d'union"),
        pytest.param("Animatrice sociale", "G1202", Trade.ANIMATION, id="G1202, ROME 4.0"),
        pytest.param("Agent de restauration", "G1603", Trade.KITCHEN, id="G1603, ROME 4.0"),
        pytest.param("Lingère", "", Trade.CLEANING, id="lingerie"),
        pytest.param("", "", None, id="rien"),
    ],
)
def test_a_job_says_its_trade_or_nobody_knows(title, rome, expected):
    assert trade_of_job(title, rome) == expected
