"""The address of a Redis Cluster."""

import pytest

from scans.redis_address import Address, is_cluster, parse


def test_some_nodes_without_a_login() -> None:
    assert parse("redis+cluster://one:6379,two:6380,[fd00::3]:6381") == Address(
        nodes=(("one", 6379), ("two", 6380), ("fd00::3", 6381)),
        username=None,
        password=None,
        tls=False,
    )


def test_a_login_and_tls() -> None:
    address = parse("rediss+cluster://site:p%40ss,word@one:6379,two:6379/0")
    assert address.login == {"username": "site", "password": "p@ss,word"}
    assert address.tls
    assert address.nodes == (("one", 6379), ("two", 6379))
    assert parse("redis+cluster://:secret@one:6379").login == {
        "username": None,
        "password": "secret",
    }


@pytest.mark.parametrize(
    "url",
    [
        "redis+cluster://",
        "redis+cluster://one",
        "redis+cluster://one:port",
        "redis+cluster://one:0",
        "redis+cluster://one:65536",
        "redis+cluster://:6379",
        "redis+cluster://one:6379,",
        "redis+cluster://one:6379/1",  # a cluster has one database alone
    ],
)
def test_what_is_no_cluster_s_address(url: str) -> None:
    assert is_cluster(url)
    with pytest.raises(ValueError):  # noqa: PT011 whatever it says, the setting's check says more
        parse(url)


@pytest.mark.parametrize("url", ["", "redis://one:6379/0", "rediss://one:6379", "unix:///socket"])
def test_one_redis_is_no_cluster(url: str) -> None:
    assert not is_cluster(url)
