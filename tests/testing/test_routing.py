import pytest

from kloudsync.testing.exchange import Reply
from kloudsync.testing.oauth.refusals import Refusal, bad_request
from kloudsync.testing.routing import Routes


def one(_: str) -> Reply:
    """Answer for one thing."""
    return Reply(200, {}, b"one")


def every(_: str) -> Reply:
    """Answer for all things."""
    return Reply(200, {}, b"every")


TABLE = {
    ("GET", "things"): ("things.list", every),
    ("GET", "things/mine"): ("things.mine", every),
    ("GET", "things/{}"): ("things.get", one),
    ("GET", "owners/{owner}/things/{}"): ("owners.thing", one),
}
ROUTES = Routes(TABLE, lambda: bad_request("nothing there"))


def test_verb_and_path_mean_a_method() -> None:
    """The first pattern that fits counts, and variable parts are decoded."""
    assert ROUTES.find("GET", "/things/").operation == "things.list"
    assert ROUTES.find("GET", "things/mine").operation == "things.mine"
    assert ROUTES.find("GET", "things/a%2Fb").names == ("a/b",)


def test_a_variable_part_may_have_a_name() -> None:
    """Parts with a name are kept apart from those without."""
    route = ROUTES.find("GET", "owners/a%40b/things/7")
    assert (route.operation, route.names, route.named) == ("owners.thing", ("7",), {"owner": "a@b"})


@pytest.mark.parametrize(("verb", "path"), [("POST", "things"), ("GET", "things/1/2")])
def test_what_no_pattern_fits_is_refused(verb: str, path: str) -> None:
    """Such a route has no operation, and refuses when it is asked."""
    route = ROUTES.find(verb, path)
    assert route.operation == ""
    with pytest.raises(Refusal, match="nothing there"):
        route.handler("anything")
