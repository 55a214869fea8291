"""Names and CCNs of providers in a User ID: a whole name refuses, a part is warned about."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from accounts.models import UserIdFlag
from accounts.user_id import flags, judge
from providers.user_id import judge_names, refuse_ccn
from tests import builders

pytestmark = pytest.mark.django_db

HOMES = (
    "BURNS NURSING HOME, INC.",
    "THE LAURELS OF ATHENS",
    "ST. MARY'S MANOR",
    "N&R OF WESTHAVEN L L C",
    "HARBOR AND HILLS CARE CENTER",
    "DWYER HOME",
    "HEARTLAND",
    "WESTGATE",
    "OAK HILL",
    "ANDERSON, THE",
    "THE GARDENS",
    "PRUITTHEALTH - AUGUSTA",
    "QUAIL RUN HEALTH AND REHAB",
    "ST CHARLES HEALTH CAMPUS",
    "JOHN KNOX VILLAGE OF CENTRAL FLORIDA",
    "KATHERINE AND CHARLES HOVER GREEN HOUSES",
    "SMITHS MILL CAMPUS",
    "HAVEN OF CAMP VERDE",
    "EAST RIDGE VILLAGE",
)


@pytest.fixture(autouse=True)
def homes() -> None:
    for name in HOMES:
        builders.provider(name=name)
    builders.provider(
        "255009",
        name="FAR END",
        legal_name="MICHAEL TENENBAUM",
        doing_business_as="EDGEHILL",
    )
    builders.provider(name="NEAR END", legal_name="BVNC, INC", doing_business_as="JAMES D, INC")
    builders.provider(name="WIDE END", legal_name="COOSA VALLEY OPERATIONS LLC")
    builders.provider(name="LAST END", legal_name="HEALTH CARE INC")


def answer(value: str) -> str:
    try:
        judge_names(value)
    except ValidationError as raised:
        [error] = raised.error_list
        return "warned" if error.code == "warning" else "refused"
    return "accepted"


@pytest.mark.parametrize(
    "value",
    [
        *("burnsnursinghome", "burnsnursinghomeinc", "jsmithburnsnursinghome2"),
        *("laurelsofathens", "thelaurelsofathens", "laurelsofathens2024"),
        *("stmarysmanor", "saintmarysmanor", "stmarysmanormds"),
        *("nrofwesthaven", "nandrofwesthaven", "nrofwesthavenllc"),
        *("harborandhillscarecenter", "harborhillscarecenter"),
        # The "an" before it is not half of an "and".
        *("joandwyerhome", "dwyerhome"),
        # One word that nobody is called: wherever it stands.
        *("heartland", "heartland22", "jsmithheartland", "heartlandadmin"),
        # One that people are called too: when it stands alone, or beside an office.
        *("westgate", "westgate1", "westgatemds1", "thewestgate"),
        *("oakhill", "oakhill77", "patoakhill"),
        *("theanderson", "andersonthe1", "thegardens", "gardens77"),
        *("edgehill", "bvncinc1", "coosavalleyoperations", "jsmithjamesdinc"),
    ],
)
def test_a_whole_name_is_refused(value: str) -> None:
    with pytest.raises(ValidationError, match="Leave the names of facilities out") as refused:
        judge_names(value)
    assert refused.value.code == "provider_name"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("burnsnursing", "Burns Nursing Home"),
        ("pruitthealth", "PruittHealth"),
        ("jsmithpruitthealth", "PruittHealth"),
        ("quailrun77", "Quail Run"),
        ("patquailrun", "Quail Run"),
        ("stcharles1", "St Charles"),
        ("johnknoxvillage", "John Knox Village"),
        ("smithsmill", "Smiths Mill"),
        ("havenofcamp", "Haven of Camp Verde"),
        # A person may be called so.
        ("anderson77", "Anderson, The"),
        ("michaeltenenbaum", "Michael Tenenbaum"),
    ],
)
def test_a_part_is_warned_about(value: str, name: str) -> None:
    with pytest.raises(ValidationError) as warning:
        judge_names(value)
    assert warning.value.code == "warning"
    assert name.casefold() in str(warning.value).casefold()


@pytest.mark.parametrize(
    "value",
    [
        *("", "jsmith", "é", "john255009x", "nursinghome", "healthcare1"),
        *(
            "burns1965",
            "jburns",
            "jwestgate",
            "jeastridge",
            "sandersonk",
            "janderson77",
            "gardens4us",
        ),
        # Ends of one name and beginnings of another: no St. Charles, no Smiths Mill.
        *("westcharles", "smiths44", "johnknox", "katherine88", "harold1975", "jamesd42"),
        *("havenof", "patquail", "patshealthcare"),
    ],
)
def test_nothing_to_say(value: str) -> None:
    assert answer(value) == "accepted"


def test_the_worst_is_said() -> None:
    builders.provider(name="QUAIL RUN")
    verdict = judge("quailrun77")
    assert not verdict.is_accepted
    assert "“Quail Run”" in verdict.reasons[0]


def test_of_a_longer_name_its_first_sixty_letters_are_refused() -> None:
    builders.provider(name="SISTERS OF " + "CHARITY " * 10)
    assert answer(("sistersof" + "charity" * 10)[:60]) == "refused"


@pytest.mark.parametrize("value", ["john255009", "255009john", "x255009x9", "a24t381", "24ta81"])
def test_a_ccn_of_the_roster_is_refused(value: str) -> None:
    builders.provider("24T381", kind="irf_unit")
    builders.provider("24TA81", kind="irf_unit")
    with pytest.raises(ValidationError) as refused:
        refuse_ccn(value)
    assert refused.value.code == "like_ccn"


@pytest.mark.parametrize("value", ["john255010", "john9255009", "john2550092", "john25500"])
def test_other_digits_are_not(value: str) -> None:
    refuse_ccn(value)


def test_three_queries_however_long(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):
        judge("sunrise255008" + "xyzabc" * 7)
    with django_assert_num_queries(0):
        judge_names("abc")


def test_one_that_comes_from_harp_is_flagged_whatever_it_holds() -> None:
    assert flags("pat.doe") == [UserIdFlag.CHARACTERS]
    assert flags("Burns_Nursing_Home#1") == [UserIdFlag.CHARACTERS, UserIdFlag.PROVIDER_NAME]
    assert flags("quail-run7") == [UserIdFlag.CHARACTERS, UserIdFlag.PART_OF_PROVIDER_NAME]
    assert flags("123-45-6789") == [UserIdFlag.CHARACTERS, UserIdFlag.LIKE_SSN]
    assert flags("john255009") == [UserIdFlag.LIKE_CCN]
    assert flags("patdoe77") == []
    assert len(flags("x" * 150)) == 1
