import traceback

from kloudsync.errors import BadRequest, DecodeError, InvalidFields
from kloudsync.http.censor import censored
from kloudsync.http.message import Response

SECRET = "planted-token"


def test_a_credential_is_taken_out_of_everything_that_is_shown() -> None:
    """Message, reason, request id and fields lose it; the answer stays as it was."""
    answer = Response(status=422, body=SECRET.encode())
    error = InvalidFields(
        f"refused: Bearer {SECRET}",
        fields={f"x {SECRET}": (f"is {SECRET}", "is long")},
        status=422,
        provider="scripted",
        reason=SECRET,
        request_id=f"1-{SECRET}",
        response=answer,
    )
    censored(error, [SECRET])
    assert SECRET not in f"{error!r} {error} {error.reason} {error.request_id} {error.fields}"
    assert error.fields == {"x (hidden)": ("is (hidden)", "is long")}
    assert error.response == answer


def test_an_error_without_it_stays_as_it_is() -> None:
    """What is absent stays absent."""
    error = BadRequest("refused", status=400, provider="scripted")
    censored(error, [SECRET])
    assert (str(error), error.reason, error.request_id) == ("refused", None, None)


def test_a_word_is_no_credential() -> None:
    """The advice to pass a fresh token survives a token that is called `token`."""
    error = BadRequest("pass a fresh token", status=400, provider="scripted")
    censored(error, ["token"])
    assert str(error) == "pass a fresh token"


def test_several_credentials_of_one_header_are_hidden_each() -> None:
    """An answer that quotes one of several tokens shows none, in whatever order it quotes them."""
    first, second = f"{SECRET}-one", f"{SECRET}-two"
    error = BadRequest(f"{second} has expired, {first} has not", status=400, provider="scripted")
    censored(error, [f"{first},{second}"])
    assert str(error) == "(hidden) has expired, (hidden) has not"


def test_a_credential_is_hidden_as_forms_and_addresses_write_it() -> None:
    """A gateway that quotes the body of a request quotes it encoded."""
    error = BadRequest("refused: code=1%2Fplanted+code%3D", status=400, provider="scripted")
    assert str(censored(error, ["1/planted code="])) == "refused: code=(hidden)"


def test_what_led_to_an_error_is_looked_through_too() -> None:
    """Causes, contexts and notes are printed with it."""
    error = DecodeError("refused", problems=(f"expected a text @ {SECRET}",))
    error.__cause__ = ValueError(SECRET, 5)
    error.__cause__.__context__ = error
    error.add_note(SECRET)
    censored(error, [SECRET])
    assert SECRET not in "".join(traceback.format_exception(error)) + repr(error.problems)
    assert error.__cause__.args == ("(hidden)", 5)
