"""An account on the page, with Chromium's virtual authenticator."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.e2e.conftest import Open
from tests.support import Instance, instance

pytestmark = [pytest.mark.browser, pytest.mark.process]
INTERNAL = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instance(tmp_path_factory.mktemp("data"), workers=0, sign_ins_per_minute=100) as running:
        yield running


def at_localhost(server: Instance) -> Instance:
    """The same server where passkeys work."""
    url = server.url.replace("127.0.0.1", "localhost")
    return Instance(server.process, url, server.logs, server._lines)


def give_authenticator(page: Page) -> tuple[CDPSession, str]:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": INTERNAL})
    return session, made["authenticatorId"]


def carry_over(phone: tuple[CDPSession, str], laptop: tuple[CDPSession, str]) -> None:
    """As a password manager does."""
    (session, held), (other, empty) = phone, laptop
    for one in session.send("WebAuthn.getCredentials", {"authenticatorId": held})["credentials"]:
        other.send("WebAuthn.addCredential", {"authenticatorId": empty, "credential": one})


def open_account(page: Page) -> None:
    page.locator("#me").click()
    expect(page.get_by_test_id("account")).to_be_visible()


def name_of(page: Page) -> str:
    """As the page says it, once it has heard who one is."""
    said = page.locator("#me .handle")
    expect(said).not_to_be_empty()
    return said.inner_text()


def test_a_name_is_kept_and_follows_to_another_device(server: Instance, open_page: Open) -> None:
    there = at_localhost(server)
    phone = open_page(there)
    held = give_authenticator(phone)
    open_account(phone)
    who_cancels_is_told_that_nothing_happened(there, phone, held)
    phone.get_by_test_id("account-keep").click()
    codes = phone.get_by_test_id("recovery-codes").locator("code")
    expect(codes).to_have_count(8)
    code, name = codes.first.inner_text(), name_of(phone)

    laptop = open_page(there)
    carry_over(held, give_authenticator(laptop))
    assert name_of(laptop) != name
    open_account(laptop)
    laptop.get_by_test_id("account-sign-in").click()
    expect(laptop.locator("#me .handle")).to_have_text(name)
    open_account(laptop)
    expect(laptop.get_by_role("button", name="Sign out: ")).to_have_count(1)
    laptop.get_by_test_id("account-end-others").click()
    expect(laptop.get_by_role("button", name="Sign out: ")).to_have_count(0)
    # The phone is out: its socket was closed, and a reload makes it somebody new.
    phone.reload()
    expect(phone.locator("#me .handle")).not_to_have_text(name)
    # Its address names the sheet, which is open again.
    phone.get_by_text("I lost my passkey").click()
    phone.get_by_label("Your name", exact=True).fill(name)
    phone.get_by_label("Recovery code").fill(code.upper())
    phone.get_by_role("button", name="Enter").click()
    expect(phone.locator("#me .handle")).to_have_text(name)


def who_cancels_is_told_that_nothing_happened(
    there: Instance, page: Page, authenticator: tuple[CDPSession, str]
) -> None:
    session, held = authenticator
    session.send("WebAuthn.setUserVerified", {"authenticatorId": held, "isUserVerified": False})
    page.get_by_test_id("account-keep").click()
    expect(page.get_by_test_id("account").get_by_role("status")).to_contain_text("Nothing was done")
    me = page.request.get(f"{there.url}/v1/me").json()
    assert f"@{me['person']['handle']}" == name_of(page)
    assert not me.get("kept")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": held, "isUserVerified": True})
