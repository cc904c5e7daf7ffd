"""How teams test a plugin: fixtures, parametrize, monkeypatch, mocks, async tests, unittest beside."""
import asyncio
import io
import json
import logging
import math
import os
import unittest
from unittest.mock import ANY, AsyncMock, MagicMock, call, create_autospec, sentinel

import hypothesis
import numpy as np
import numpy.testing as npt
import pytest
import respx
import responses
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ..processors.core import embed, normalise
from ..realtime import InferenceService

FAKE_KEY = "sk-test"


@pytest.fixture(scope="module")
def service():
    instance = InferenceService()
    yield instance
    instance.close()


@pytest.fixture(params=["RGB", "L", "RGBA"], ids=str.lower)
def picture(request):
    out = io.BytesIO()
    Image.new(request.param, (8, 8)).save(out, format="PNG")
    return out.getvalue()


@pytest.fixture(autouse=True)
def quiet(monkeypatch, caplog):
    monkeypatch.setenv("OPENAI_API_KEY", FAKE_KEY)
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    caplog.set_level(logging.WARNING)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("one", 1), pytest.param("Größe 👍🏽", 2, id="unicode"), ("eval(1)", 1), ("import os", 2)],
)
def test_embed(text, words):
    vector = embed(text)
    assert len(vector) == 384
    assert math.isclose(np.linalg.norm(vector), 1.0 if words else 0.0, abs_tol=1e-6)


@pytest.mark.asyncio
async def test_service(service):
    answer = await service({"text": "hello"}, {})
    assert answer.keys() >= {"embedding"}
    json.dumps(answer)


def test_refuses(service):
    with pytest.raises(ValueError, match=r"text (is|must be) .*"):
        asyncio.run(service({}, {}))


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=64))
@settings(max_examples=50, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
def test_normalise(values):
    out = normalise(values)
    npt.assert_allclose(np.linalg.norm(out), 1.0 if any(values) else 0.0, atol=1e-5)


@responses.activate
def test_calls_the_api():
    responses.add(responses.POST, "https://api.example.com/embed", json={"embedding": [1.0]}, status=200)
    assert embed("x", remote=True) == [1.0]
    assert json.loads(responses.calls[0].request.body) == {"text": "x"}


@respx.mock
async def test_httpx_route():
    route = respx.get("https://example.com/").respond(204)
    await InferenceService().ping()
    assert route.called


class Handler(unittest.IsolatedAsyncioTestCase):
    maxDiff = None

    def setUp(self):
        self.model = MagicMock(name="model", return_value=np.ones((1, 4)))
        self.model.eval.return_value = self.model
        self.loader = create_autospec(Image.open, return_value=sentinel.image)

    async def test_mode(self):
        service = InferenceService(model=self.model)
        service.client = AsyncMock()
        service.client.embed.side_effect = [TimeoutError, [[1.0]]]
        self.assertEqual(await service({"text": "x"}, {"retry": 1}), {"embedding": [1.0]})
        self.model.eval.assert_called_once_with()
        self.assertEqual(service.client.embed.mock_calls, [call(ANY)] * 2)
        with self.subTest("again"), self.assertRaisesRegex(RuntimeError, "closed"):
            service.close()
            await service(sentinel.inputs, {})

    @unittest.skipUnless(os.environ.get("GPU"), "no GPU")
    def test_gpu(self):
        self.assertAlmostEqual(float(embed("x")[0]), 0.0, places=3)


def test_picture(picture, tmp_path, capsys):
    target = tmp_path / "x.png"
    Image.open(io.BytesIO(picture)).save(target)
    print(target.stat().st_size)
    assert capsys.readouterr().out.strip().isdigit()


if __name__ == "__main__":
    unittest.main(verbosity=2)
