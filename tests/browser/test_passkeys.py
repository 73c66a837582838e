"""Passkeys as a person has them: made in a browser, bound to this site, stronger than passwords."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from tests.support.api import Api
from tests.support.people import PASSWORD, Person

# What a page of ours does; nothing of it is the platform's.
CALL = """async ([method, path, body]) => {
    const answer = await fetch(path, {
        method, body: body === null ? undefined : JSON.stringify(body),
        headers: {"Content-Type": "application/json"},
    });
    const text = await answer.text();
    return [answer.status, text ? JSON.parse(text) : null];
}"""
CREATE = """async (options) => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    return (await navigator.credentials.create({publicKey})).toJSON();
}"""
GET = """async (options) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    return (await navigator.credentials.get({publicKey})).toJSON();
}"""
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
REGISTER = "/fb/v1/me/passkeys"
SIGN_IN = "/fb/v1/auth/passkey"


class Desk:
    """A person's browser and the authenticator in it."""

    def __init__(self, api: Api, context: BrowserContext) -> None:
        self.origin = api.url.replace("127.0.0.1", "localhost")
        self.page: Page = context.new_page()
        self.page.route(
            "**/a-page", lambda route: route.fulfill(body="<p>", content_type="text/html")
        )
        self.page.goto(f"{self.origin}/a-page")
        self.cdp: CDPSession = context.new_cdp_session(self.page)
        self.cdp.send("WebAuthn.enable")
        added = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self.authenticator = added["authenticatorId"]

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        status, answer = self.page.evaluate(CALL, [method, path, body])
        return status, answer

    def sign_in_by_password(self, person: Person) -> None:
        body = {"email": person.email, "password": person.password}
        status, answer = self.call("POST", "/fb/v1/auth/sign-in", body)
        assert (status, answer["status"]) == (200, "signed_in")

    def register(self) -> None:
        status, question = self.call("POST", f"{REGISTER}/options", {"name": "this laptop"})
        assert status == 200, question
        credential = self.page.evaluate(CREATE, question["options"])
        body = {"ticket": question["ticket"], "credential": credential, "name": "this laptop"}
        assert self.call("POST", REGISTER, body) == (204, None)

    def answer(self) -> dict[str, Any]:
        """A new question, answered by the authenticator."""
        status, question = self.call("POST", f"{SIGN_IN}/options", {})
        assert status == 200, question
        return {
            "ticket": question["ticket"],
            "credential": self.page.evaluate(GET, question["options"]),
        }


@pytest.fixture
def desk(api: Api, browser: Browser) -> Iterator[Desk]:
    context = browser.new_context()
    yield Desk(api, context)
    context.close()


@pytest.fixture
def owner(api: Api, desk: Desk) -> Person:
    """Somebody who has registered this browser's passkey, and is signed out."""
    person = Person(api).sign_up()
    desk.sign_in_by_password(person)
    desk.register()
    assert desk.call("POST", "/fb/v1/auth/sign-out", {}) == (204, None)
    assert desk.call("GET", "/fb/v1/me")[0] == 401
    return person


def test_a_passkey_signs_in_without_a_password(desk: Desk, owner: Person) -> None:
    status, answer = desk.call("POST", SIGN_IN, desk.answer())
    assert (status, answer["status"]) == (200, "signed_in")
    assert desk.call("GET", "/fb/v1/auth/session")[1]["strong"] is True
    ((name, used),) = [
        (each["name"], each["last_used_at"]) for each in desk.call("GET", REGISTER)[1]
    ]
    assert (name, used is None) == ("this laptop", False)
    # The cookie is out of reach of the page's own scripts.
    assert desk.page.evaluate("document.cookie") == ""


def test_a_passkey_is_the_second_factor_of_a_password(desk: Desk, owner: Person) -> None:
    body = {"email": owner.email, "password": PASSWORD}
    assert desk.call("POST", "/fb/v1/auth/sign-in", body)[1]["status"] == "second_factor"
    assert desk.call("POST", SIGN_IN, desk.answer())[0] == 200
    status, answer = desk.call("POST", "/fb/v1/auth/step-up", desk.answer())
    assert (status, answer["status"]) == (200, "signed_in")
    assert desk.call("POST", "/fb/v1/auth/step-up", {"password": PASSWORD})[0] == 403


def test_an_answer_works_once_and_only_for_its_question(desk: Desk, owner: Person) -> None:
    first, second = desk.answer(), desk.answer()
    mixed = {"ticket": first["ticket"], "credential": second["credential"]}
    assert desk.call("POST", SIGN_IN, mixed)[0] == 401
    assert desk.call("POST", SIGN_IN, second)[0] == 200
    assert desk.call("POST", SIGN_IN, second)[0] == 401


def test_a_changed_answer_is_refused(desk: Desk, owner: Person) -> None:
    for part in ("signature", "authenticatorData", "clientDataJSON"):
        answer = desk.answer()
        text = answer["credential"]["response"][part]
        middle = len(text) // 2
        other = "A" if text[middle] != "A" else "B"
        answer["credential"]["response"][part] = text[:middle] + other + text[middle + 1 :]
        assert desk.call("POST", SIGN_IN, answer)[0] == 401, part
    for broken in ({}, {"rawId": "!!"}, {"rawId": "AAAA", "id": "AAAA"}):
        answer = desk.answer() | {"credential": broken}
        assert desk.call("POST", SIGN_IN, answer)[0] == 401


def test_a_device_that_does_not_know_its_user_is_not_enough(desk: Desk, owner: Person) -> None:
    desk.cdp.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": desk.authenticator, "isUserVerified": False},
    )
    with pytest.raises(Exception, match="NotAllowedError"):
        desk.answer()


def test_a_removed_passkey_and_a_strangers_are_refused(
    api: Api, desk: Desk, owner: Person, browser: Browser
) -> None:
    desk.call("POST", SIGN_IN, desk.answer())
    (kept,) = desk.call("GET", REGISTER)[1]
    path = f"{REGISTER}/{kept['credential_id']}"
    stranger = Person(api).sign_up().sign_in()
    assert stranger.call("DELETE", path).status_code == 404
    assert desk.call("DELETE", path) == (204, None)
    assert desk.call("POST", SIGN_IN, desk.answer())[0] == 401


def test_another_sites_page_gets_no_session(desk: Desk, owner: Person, api: Api) -> None:
    """The same machine under another name is another site: its requests arrive without the cookie
    and say where they come from."""
    desk.call("POST", SIGN_IN, desk.answer())
    desk.page.goto(f"{api.url}/a-page")
    sent = f"""() => fetch('{desk.origin}/fb/v1/auth/sign-out', {{
        method: 'POST', mode: 'no-cors', credentials: 'include'}})
        .then((answer) => answer.type, () => 'kept from the page')"""
    assert desk.page.evaluate(sent) == "kept from the page"
    desk.page.goto(f"{desk.origin}/a-page")
    assert desk.call("GET", "/fb/v1/me")[0] == 200
