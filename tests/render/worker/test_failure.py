import pytest

from phosphene.render.worker.canvas import RendererFault
from phosphene.render.worker.failure import failure_reason


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "no memory left"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), "no memory left"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "no memory left"),
        (ArithmeticError("the numbers are not finite"), "another seed may go well"),
        (RendererFault("sigma rose"), "broke a rule: sigma rose"),
        (KeyError(), "the model failed: KeyError"),
    ],
)
def test_why_a_clip_failed_is_said_in_words_for_people(error: Exception, said: str) -> None:
    assert said in failure_reason(error)
