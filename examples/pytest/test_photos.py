"""Each test has a CRM of its own: whatever one does to it, the others do not see.

That is a server, or an organisation on one that all tests share, which is there sooner.
"""

import pytest
from photos import Crm, Refused
from pytest_tanzanite import Organisation, Tanzanite


@pytest.fixture
def crm(tanzanite: Tanzanite) -> Crm:
    return Crm(tanzanite.url, tanzanite.token())


def lead(organisation: Organisation, name: str) -> str:
    return organisation.records()[name]["id"]


def test_a_photo_is_removed_once(crm: Crm, tanzanite: Tanzanite) -> None:
    assert crm.remove_photo(lead(tanzanite, "with_photo"))
    assert not crm.remove_photo(lead(tanzanite, "with_photo"))


def test_the_photo_that_another_test_removed_is_here(crm: Crm, tanzanite: Tanzanite) -> None:
    assert crm.remove_photo(lead(tanzanite, "with_photo"))


def test_a_locked_record_keeps_its_photo(crm: Crm, tanzanite: Tanzanite) -> None:
    with pytest.raises(Refused, match="RECORD_LOCKED"):
        crm.remove_photo(lead(tanzanite, "locked"))


def test_a_token_lives_for_an_hour(crm: Crm, tanzanite: Tanzanite) -> None:
    tanzanite.clock.advance("59m")
    assert crm.remove_photo(lead(tanzanite, "with_photo"))
    tanzanite.clock.advance("2m")
    with pytest.raises(Refused, match="INVALID_TOKEN"):
        crm.remove_photo(lead(tanzanite, "with_photo"))


def test_a_server_is_shared_and_the_photo_is_not(tanzanite_organisation: Organisation) -> None:
    crm = Crm(tanzanite_organisation.url, tanzanite_organisation.token())
    assert crm.remove_photo(lead(tanzanite_organisation, "with_photo"))
    tanzanite_organisation.reset()
    assert crm.remove_photo(lead(tanzanite_organisation, "with_photo"))
