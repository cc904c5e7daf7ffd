"""Faces: find, align, embed.  One vector a face, the largest first."""
import sys
from typing import ClassVar, Final

import cv2
import mediapipe as mp
import numpy as np
from insightface.app import FaceAnalysis

if sys.version_info < (3, 9):
    raise RuntimeError("needs Python 3.9 or newer")

# where eyes, nose and the corners of the mouth should lie in a 112x112 crop
TEMPLATE: Final = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]],
    dtype=np.float32,
)


class FaceError(Exception):
    code: ClassVar[str] = "face_error"

    def __init__(self, message: str, *, faces: int = 0) -> None:
        super().__init__(message)
        self.faces = faces

    def as_dict(self) -> dict:
        return {"code": self.code, "message": str(self), "faces": self.faces}


class NoFace(FaceError):
    code = "no_face"


class TooManyFaces(FaceError):
    code = "too_many_faces"


def align(image: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    matrix, _ = cv2.estimateAffinePartial2D(landmarks.astype(np.float32), TEMPLATE, method=cv2.LMEDS)
    return cv2.warpAffine(image, matrix, (112, 112), borderValue=0.0)


class FaceInferenceService:
    limit = 50

    def __init__(self, name: str = "buffalo_l", det_size: int = 640) -> None:
        self.app = FaceAnalysis(name=name, allowed_modules=["detection", "recognition"])
        self.app.prepare(ctx_id=-1, det_size=(det_size, det_size))
        self.mesh = mp.solutions.face_mesh.FaceMesh(static_image_mode=True, max_num_faces=1)

    async def __call__(self, inputs, parameters):
        array = np.frombuffer(inputs["image"], dtype=np.uint8)
        image = cv2.imdecode(array, cv2.IMREAD_COLOR)
        if image is None:
            raise FaceError("not an image that OpenCV can read")
        faces = sorted(self.app.get(image), key=lambda f: -(f.bbox[2] - f.bbox[0]) * (f.bbox[3] - f.bbox[1]))
        if not faces:
            raise NoFace("no face found")
        if len(faces) > self.limit:
            raise TooManyFaces("%d faces" % len(faces), faces=len(faces))
        crops = [align(image, f.kps) for f in faces]
        points = self.mesh.process(cv2.cvtColor(crops[0], cv2.COLOR_BGR2RGB)).multi_face_landmarks
        return {
            "embedding": faces[0].normed_embedding.tolist(),
            "faces": [{"box": f.bbox.round(1).tolist(), "score": float(f.det_score)} for f in faces],
            "mesh_points": len(points[0].landmark) if points else 0,
        }
