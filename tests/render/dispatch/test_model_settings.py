import pytest

from phosphene.errors import BadInput
from phosphene.render.dispatch.model_settings import model_settings
from phosphene.settings import Settings


def test_a_further_model_has_the_instance_s_settings_but_for_what_is_said_of_it() -> None:
    given = Settings(
        models="Wan-AI/Wan2.1,device=cuda:1,workers=2,places=4 /data/worlds/sea",
        steps=8,
        pixels=4096,
        guidance=3,
        preview_decoder="taesd",
        spares=1,
        pace=1.0,
        workers=1,
    )
    first, wan, sea = model_settings(given)
    assert first == given
    assert (wan.model, wan.device, wan.workers, wan.places) == ("Wan-AI/Wan2.1", "cuda:1", 2, 4)
    assert (sea.model, sea.device, sea.workers, sea.pace) == ("/data/worlds/sea", "auto", 1, 1.0)
    for other in (wan, sea):
        told = other.steps, other.pixels, other.guidance, other.preview_decoder, other.spares
        assert told == (0, 0, 0.0, "", -1)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("wan,device=warm", "models: wan: .*device"),
        ("wan,port=80", "port=80 is not NAME=VALUE of one of"),
        ("wan,workers", "workers is not NAME=VALUE"),
        ("wan,workers=-1", "models: wan: .*workers"),
        ("a/wan b/wan", "wan is there twice"),
        ("embedded", "embedded is there twice"),
        (",workers=1", "a model without a name"),
    ],
)
def test_what_cannot_be_read_is_named(said: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        model_settings(Settings(models=said))
