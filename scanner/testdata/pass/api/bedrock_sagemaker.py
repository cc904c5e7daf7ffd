"""Embeddings from models that run in a cloud account of ours."""
import json
import logging
import os
from enum import Enum
from functools import cached_property
from typing import Any, Callable, Dict, List, Mapping, Union

import boto3
import numpy as np
import replicate
import vertexai
from botocore.exceptions import BotoCoreError, ClientError
from huggingface_hub import InferenceClient, hf_hub_download, snapshot_download
from vertexai.language_models import TextEmbeddingInput, TextEmbeddingModel

logger = logging.getLogger(__name__)
Json = Union[None, bool, int, float, str, List["Json"], Dict[str, "Json"]]


class Backend(str, Enum):
    BEDROCK = "bedrock"
    SAGEMAKER = "sagemaker"
    VERTEX = "vertex"
    HF = "hf"
    REPLICATE = "replicate"

    def __str__(self) -> str:
        return self.value


class CloudEmbedder:
    def __init__(self, backend: Union[Backend, str], settings: Mapping[str, Any] = {}):
        self.backend = Backend(backend)
        self.settings = dict(settings)

    @cached_property
    def _session(self) -> boto3.Session:
        return boto3.Session(profile_name=os.environ.get("AWS_PROFILE"))

    def _by_bedrock(self, text: str) -> List[float]:
        runtime = self._session.client("bedrock-runtime")
        reply = runtime.invoke_model(modelId="amazon.titan-embed-text-v2:0", body=json.dumps({"inputText": text}))
        return json.loads(reply["body"].read())["embedding"]

    def _by_sagemaker(self, text: str) -> List[float]:
        runtime = self._session.client("sagemaker-runtime")
        reply = runtime.invoke_endpoint(
            EndpointName=self.settings["endpoint"], ContentType="application/json", Body=json.dumps({"inputs": [text]}))
        return np.mean(json.load(reply["Body"])[0], axis=0).tolist()

    def _by_vertex(self, text: str) -> List[float]:
        vertexai.init(project=self.settings.get("project"), location=self.settings.get("location", "europe-west3"))
        model = TextEmbeddingModel.from_pretrained("text-multilingual-embedding-002")
        return model.get_embeddings([TextEmbeddingInput(text, "RETRIEVAL_DOCUMENT")])[0].values

    def _by_hf(self, text: str) -> List[float]:
        return InferenceClient(token=os.environ.get("HF_TOKEN")).feature_extraction(text, model="BAAI/bge-small-en-v1.5").tolist()

    def _by_replicate(self, text: str) -> List[float]:
        version = "b6b7585c9640cd7a9572c6e129c9549d79c9c31f0d3fdce7baac7c67ca38f305"
        return replicate.run(f"replicate/all-mpnet-base-v2:{version}", input={"text": text})[0]["embedding"]

    def embed(self, text: str) -> List[float]:
        call: Callable[[str], List[float]] = getattr(self, f"_by_{self.backend}")
        try:
            return call(text)
        except (BotoCoreError, ClientError) as err:
            logger.exception("%s failed", self.backend)
            raise RuntimeError(f"{self.backend} failed: {err}") from err


def weights(repo: str = "BAAI/bge-small-en-v1.5", revision: str = "5c38ec7c405ec4b44b94cc5a9bb96e735b38267a") -> str:
    hf_hub_download(repo, "config.json", revision=revision)
    return snapshot_download(repo, revision=revision, allow_patterns=["*.safetensors", "*.json"])
