from kloudsync.testing.exchange import Query


def test_a_query_keeps_repeated_parameters() -> None:
    """The last value counts alone, all count together."""
    query = Query.parse("a=1&b=&a=2")
    assert query.get("a") == "2"
    assert query.all("a") == ["1", "2"]
    assert "b" in query
    assert "c" not in query


def test_flags_are_words() -> None:
    """`true` is true; what is absent is the default."""
    assert Query.parse("a=true").flag("a")
    assert not Query.parse("a=false").flag("a")
    assert Query.parse("").flag("a", default=True)


def test_what_is_logged_has_no_credentials() -> None:
    """Keys and tokens in the query are left out."""
    query = Query.parse("key=K&access_token=T&a=1&a=2")
    assert query.public() == {"a": "1,2"}
