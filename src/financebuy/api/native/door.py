"""`/fb/v1/auth`: signing up, in and out, and proving once more who is there."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from financebuy.api import cookies
from financebuy.api.auth import Oneself, Reader, The
from financebuy.api.bodies import Personal, Route
from financebuy.api.visits import refuse_cross_site, visit
from financebuy.domain.people import NewUser
from financebuy.errors import NotPermittedError, SignedOutError
from financebuy.services import passkeys, sign_in
from financebuy.services.sign_in import SecondFactorNeeded, SignedIn

router = APIRouter(prefix="/fb/v1/auth", tags=["native: signing in"], route_class=Route)

Email = Annotated[str, Field(min_length=3, max_length=254, examples=["ada@example.com"])]
Password = Annotated[SecretStr, Field(min_length=1, max_length=256)]
Code = Annotated[str, Field(min_length=6, max_length=40, examples=["123456"])]
Token = Annotated[str, Field(min_length=16, max_length=128)]
Name = Annotated[str | None, Field(max_length=100)]


class _Body(Personal):
    model_config = ConfigDict(extra="forbid")


class SignUpIn(_Body):
    """A person who registers."""

    email: Email
    password: Password
    first_name: Name = None
    last_name: Name = None


class SignInIn(_Body):
    """What a person types."""

    email: Email
    password: Password


class SecondFactorIn(_Body):
    """The ticket of a sign-in, and a one-time or recovery code."""

    ticket: Token
    code: Code


class StepUpIn(_Body):
    """A code; or, of whoever has no second factor, the password; or a passkey's answer."""

    code: Code | None = None
    password: Password | None = None
    ticket: Token | None = None
    credential: dict[str, Any] | None = None


class PasskeyIn(_Body):
    """The ticket of a question, and what the browser answered."""

    ticket: Token
    credential: dict[str, Any]


class PasswordIn(_Body):
    """A new password."""

    password: Password


class Received(BaseModel):
    """The same answer, whether the address was free or not."""

    status: Literal["received"] = "received"


class SignInView(BaseModel):
    """`signed_in`, with the session in a cookie; or `second_factor`, with the ticket for it."""

    status: Literal["signed_in", "second_factor"]
    user_id: UUID | None = None
    ticket: str | None = None


class SessionView(BaseModel):
    """Who is signed in. `fresh`: proven a moment ago; `strong`: by a second factor."""

    user_id: UUID
    kind: str
    scopes: list[str]
    fresh: bool
    strong: bool


class QuestionView(BaseModel):
    """What to hand to `navigator.credentials`, and the ticket to send back with its answer."""

    ticket: str
    options: dict[str, Any]


@router.post("/sign-up", status_code=202, response_model=Received)
async def sign_up(body: SignUpIn, platform: The, request: Request) -> Any:
    """Register. Whether an address is taken is not told; signing in shows it to its owner."""
    refuse_cross_site(request)
    if not platform.settings.sign_up:
        raise NotPermittedError("registering over HTTP is turned off here")
    person = NewUser(body.email, body.first_name, body.last_name)
    await sign_in.sign_up(platform, visit(request), person, body.password.get_secret_value())
    return Received()


@router.post("/sign-in", response_model=SignInView)
async def sign_in_(body: SignInIn, platform: The, request: Request, response: Response) -> Any:
    """Sign in by password; who has a second factor shows it next."""
    refuse_cross_site(request)
    found = await sign_in.sign_in(
        platform, visit(request), body.email, body.password.get_secret_value()
    )
    if isinstance(found, SecondFactorNeeded):
        return SignInView(status="second_factor", ticket=found.ticket)
    return _signed_in(response, found)


@router.post("/second-factor", response_model=SignInView)
async def second_factor(
    body: SecondFactorIn, platform: The, request: Request, response: Response
) -> Any:
    """Show a one-time or recovery code."""
    refuse_cross_site(request)
    found = await sign_in.show_second_factor(platform, visit(request), body.ticket, body.code)
    return _signed_in(response, found)


@router.post("/passkey/options", response_model=QuestionView)
async def passkey_options(platform: The, request: Request) -> Any:
    """Ask for a passkey: to sign in, or to prove once more who is there."""
    refuse_cross_site(request)
    question = await passkeys.begin(platform, visit(request))
    return QuestionView(ticket=question.ticket, options=question.options)


@router.post("/passkey", response_model=SignInView)
async def passkey(body: PasskeyIn, platform: The, request: Request, response: Response) -> Any:
    """Sign in by a passkey alone."""
    refuse_cross_site(request)
    found = await passkeys.sign_in_by(platform, visit(request), body.ticket, body.credential)
    return _signed_in(response, found)


@router.get("/session", response_model=SessionView)
async def session(caller: Reader) -> Any:
    """Say who is signed in."""
    if caller.session is None:
        raise SignedOutError("an API key is no session")
    return SessionView(
        user_id=caller.user_id,
        kind=caller.kind,
        scopes=sorted(caller.scopes),
        fresh=caller.session.is_fresh,
        strong=caller.session.is_strong,
    )


@router.post("/step-up", response_model=SignInView)
async def step_up(
    body: StepUpIn, platform: The, caller: Reader, request: Request, response: Response
) -> Any:
    """Prove once more who is there; the session goes on under a new token."""
    token = cookies.session_token(request)
    if caller.session is None or token is None:
        raise SignedOutError("an API key is no session")
    if body.ticket is not None and body.credential is not None:
        found = await passkeys.step_up_by(
            platform, visit(request), token, body.ticket, body.credential
        )
    else:
        found = await sign_in.step_up(
            platform,
            visit(request),
            token,
            code=body.code,
            password=body.password.get_secret_value() if body.password else None,
        )
    return _signed_in(response, found)


@router.post("/sign-out", status_code=204)
async def sign_out(platform: The, request: Request, response: Response) -> None:
    """End this session, if there is one."""
    refuse_cross_site(request)
    token = cookies.session_token(request)
    if token is not None:
        await sign_in.sign_out(platform, token)
    cookies.take_back(response)


@router.post("/sign-out-everywhere", status_code=204)
async def sign_out_everywhere(platform: The, caller: Oneself, response: Response) -> None:
    """End every session of one's own, on every device, within a second."""
    await sign_in.sign_out_everywhere(platform, caller)
    cookies.take_back(response)


@router.put("/password", status_code=204)
async def set_password(
    body: PasswordIn, platform: The, caller: Oneself, response: Response
) -> None:
    """Change one's password. Every session ends, this one too."""
    password = body.password.get_secret_value()
    await sign_in.set_password(platform, caller, caller.user_id, password)
    cookies.take_back(response)


def _signed_in(response: Response, found: SignedIn) -> SignInView:
    cookies.give(response, found.token)
    return SignInView(status="signed_in", user_id=found.user_id)
