from tests.testing.google.caller import Caller, read

ASKED = {"requestId": "once", "conferenceSolutionKey": {"type": "hangoutsMeet"}}
EVENT = {
    "start": {"date": "2019-04-02"},
    "end": {"date": "2019-04-03"},
    "conferenceData": {"createRequest": ASKED},
}
VERSION = {"conferenceDataVersion": "1"}


def test_a_conference_is_pending_before_it_is_there(caller: Caller) -> None:
    """The write is answered at once; the next read finds the conference, as a change."""
    made = read(caller.call("POST", query=VERSION, body=EVENT))
    assert made["conferenceData"]["createRequest"]["status"] == {"statusCode": "pending"}
    found = read(caller.call("GET", made["id"]))
    assert found["conferenceData"]["createRequest"]["status"] == {"statusCode": "success"}
    (video,) = found["conferenceData"]["entryPoints"]
    assert video["uri"] == found["hangoutLink"]
    assert found["etag"] != made["etag"]


def test_a_delta_tells_of_the_conference(caller: Caller) -> None:
    """Who follows the calendar learns of it without asking for the event."""
    token = caller.token_now()
    caller.call("POST", query=VERSION, body=EVENT)
    (item,) = caller.items(syncToken=token)
    assert "hangoutLink" in item


def test_without_the_version_no_conference_is_made(caller: Caller) -> None:
    """What the caller does not announce is left out."""
    assert "conferenceData" not in read(caller.call("POST", body=EVENT))


def test_a_request_that_was_seen_before_makes_no_other(caller: Caller) -> None:
    """The conference stays; another request id replaces it."""
    made = read(caller.call("POST", query=VERSION, body=EVENT))
    link = read(caller.call("GET", made["id"]))["hangoutLink"]
    data = {"conferenceData": EVENT["conferenceData"]}
    again = read(caller.call("PATCH", made["id"], VERSION, data))
    assert again["conferenceData"]["entryPoints"][0]["uri"] == link
    other = {"conferenceData": {"createRequest": ASKED | {"requestId": "twice"}}}
    pending = read(caller.call("PATCH", made["id"], VERSION, other))
    assert pending["conferenceData"]["createRequest"]["status"] == {"statusCode": "pending"}


def test_an_impossible_solution_fails_later(caller: Caller) -> None:
    """The write succeeds; the conference does not."""
    key = {"conferenceSolutionKey": {"type": "carrierPigeon"}}
    body = EVENT | {"conferenceData": {"createRequest": ASKED | key}}
    made = read(caller.call("POST", query=VERSION, body=body))
    found = read(caller.call("GET", made["id"]))
    assert found["conferenceData"]["createRequest"]["status"] == {"statusCode": "failure"}
    assert "hangoutLink" not in found
