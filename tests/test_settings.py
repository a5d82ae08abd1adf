import re
from pathlib import Path

import pytest

from phosphene.errors import BadInput
from phosphene.render.inflight import INFLIGHT_VARIABLE
from phosphene.settings import Settings, load, shown


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_defaults_need_nothing() -> None:
    assert load({}) == Settings()


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text('port = 1\nhost = "0.0.0.0"\nworkers = 3\n')
    environ = {"PHOSPHENE_CONFIG": str(file), "PHOSPHENE_PORT": "2", "PHOSPHENE_HOST": "::1"}
    settings = load(environ, port=3, host=None)
    assert (settings.port, settings.host, settings.workers) == (3, "::1", 3)


@pytest.mark.parametrize(
    ("environ", "named"), [({"PHOSPHENE_PORT": "many"}, "port"), ({"PHOSPHENE_PACE": "x"}, "pace")]
)
def test_a_wrong_value_is_named(environ: dict[str, str], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        load(environ)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("PHOSPHENE_PROT", "PHOSPHENE_PROT; did you mean PHOSPHENE_PORT?"),
        ("PHOSPHENE_OPERATOR_TOKENS", "did you mean PHOSPHENE_OPERATOR_TOKEN?"),
        ("PHOSPHENE_port", "no setting PHOSPHENE_port"),
        ("PHOSPHENE_", "no setting PHOSPHENE_"),
    ],
)
def test_an_unknown_name_in_the_environment_is_refused(name: str, said: str) -> None:
    with pytest.raises(BadInput, match=re.escape(said)):
        load({name: "1"})


def test_what_a_worker_is_told_is_no_setting() -> None:
    assert load({INFLIGHT_VARIABLE: "7", "PHOSPHENES": "1"}) == Settings()


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("redis://:word@host:1/0", "redis://:***@host:1/0"),
        ("redis://me:w%40rd@host", "redis://me:***@host"),
        ("rediss://host/0", "rediss://host/0"),
        ("postgresql://me:word@one,two/x?host=/run", "postgresql://me:***@one,two/x?host=/run"),
        (
            "postgresql://h/x?user=me&password=w%40rd&a=b",
            "postgresql://h/x?user=me&password=***&a=b",
        ),
        ("postgresql://h/x?sslpassword=word", "postgresql://h/x?sslpassword=***"),
    ],
)
def test_passwords_in_addresses_are_hidden(url: str, seen: str) -> None:
    assert shown("redis_url", Settings(redis_url=url)) == repr(seen)


def test_an_unknown_name_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "phosphene.toml").write_text("prot = 80\n")
    with pytest.raises(BadInput, match="prot"):
        load({})


def test_a_file_that_is_not_there_or_not_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        load({"PHOSPHENE_CONFIG": str(tmp_path / "nowhere.toml")})
    (tmp_path / "bad.toml").write_text("=")
    with pytest.raises(BadInput, match="bad"):
        load({"PHOSPHENE_CONFIG": str(tmp_path / "bad.toml")})


@pytest.mark.parametrize(
    "url", ["https://x.example/clips", "x.example", "https://x.example?a", "ftp://x.example", "h\n"]
)
def test_a_public_address_has_no_path(url: str) -> None:
    with pytest.raises(BadInput, match="public_url"):
        load({}, public_url=url)
    assert load({}, public_url="https://[2001:db8::1]:8443/").public_url


@pytest.mark.parametrize("name", ["watch_url", "watch_hls_url"])
def test_viewers_are_led_to_no_server_that_leads_them_back(name: str) -> None:
    with pytest.raises(BadInput, match=f"{name}: this leads back"):
        load({}, **{name: "https://clips.example/v1/clips/{clip}/whep"})
    assert load({}, **{name: "https://clips.example/live/{clip}/whep"})


@pytest.mark.parametrize("url", ["https://a.example/x", "a.example", "https://a b", "https://a;b"])
def test_an_instance_is_reached_at_an_origin_and_heard_of_through_redis(url: str) -> None:
    with pytest.raises(BadInput, match="instance_url"):
        load({}, instance_url=url, redis_url="redis://x")
    with pytest.raises(BadInput, match="instance_url: set redis_url"):
        load({}, instance_url="https://a.example")
    assert load({}, instance_url="http://[::1]:8001/", redis_url="redis://x").instance_url


@pytest.mark.parametrize(
    "name", ["device", "dtype", "log_level", "redis_url", "database_url", "whip_url"]
)
def test_a_line_feed_at_the_end_is_not_passed_over(name: str) -> None:
    good = {
        "redis_url": "redis://x",
        "database_url": "postgresql://x",
        "whip_url": "https://x/{clip}",
        "log_level": "info",
    }
    value = good.get(name, "auto")
    assert load({}, **{name: value})
    with pytest.raises(BadInput, match=name):
        load({}, **{name: value + "\n"})
