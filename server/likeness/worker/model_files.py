"""The three models that look at faces, as they were reviewed; see models/NOTICE."""

import hashlib
from importlib import resources
from pathlib import Path
from typing import Final

from phosphene.errors import BadInput

DETECTOR: Final = "face_detection_yunet_2023mar_int8bq.onnx"
RECOGNISER: Final = "face_recognition_sface_2021dec_int8bq.onnx"
MESH: Final = "face_landmark.tflite"
SHA256: Final = {
    DETECTOR: "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
    RECOGNISER: "487a139eb85ccd5ff30aef7d0add7f12d2bb7abb90c5f08a7f481b452a660e00",
    MESH: "2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493",
}


def model_file(name: str) -> Path:
    """Where a model lies. Raises BadInput: it is not the file that was reviewed."""
    file = Path(str(resources.files("phosphene.likeness") / "models" / name))
    try:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise BadInput(f"{name} cannot be read: {error.strerror}") from None
    if digest != SHA256[name]:
        raise BadInput(f"{name} is not the file that was reviewed")
    return file
