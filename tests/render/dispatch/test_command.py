import pytest

from phosphene.errors import BadInput
from phosphene.render.dispatch.command import spares, worker_command
from phosphene.render.preflight import PACKAGES
from phosphene.settings import Settings


@pytest.mark.parametrize(
    ("given", "standing_by"),
    [
        (Settings(), 1),
        (Settings(model="some/model"), 0),
        (Settings(model="some/model", spares=2), 2),
        (Settings(workers=0, spares=2), 0),
    ],
)
def test_a_large_model_is_held_twice_only_when_asked(given: Settings, standing_by: int) -> None:
    assert spares(given) == standing_by


def test_the_command_carries_the_settings() -> None:
    wished = Settings(worker_threads=3, bitrate=900, pace=1.5, device="cuda:1", compile=True)
    command = worker_command(wished)
    assert command[1:3] == ("-m", "phosphene.render.worker")
    said = dict(zip(command[3::2], command[4::2], strict=True))
    assert said["--model"] == "embedded"
    assert said["--device"] == "cuda:1"
    assert said["--compile"] == "True"
    assert (said["--threads"], said["--kbit"], said["--pace"]) == ("3", "900", "1.5")
    usual = worker_command(Settings())
    assert int(usual[usual.index("--threads") + 1]) >= 1


def test_an_instance_without_workers_needs_no_packages_to_draw_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(PACKAGES, "worker", ("torch_of_another_world",))
    worker_command(Settings(workers=0))
    with pytest.raises(BadInput, match="torch_of_another_world"):
        worker_command(Settings(workers=1))
