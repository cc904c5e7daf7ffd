"""Fetches inputs from object stores, whichever the URL names."""
import hashlib
import io
import logging
import mimetypes
import os
import posixpath
from functools import singledispatch
from pathlib import PurePosixPath
from typing import Dict, NamedTuple
from urllib.parse import unquote, urlparse

import boto3
import botocore.config
import botocore.exceptions
import fsspec
import requests
import s3fs
from azure.storage.blob import BlobServiceClient
from google.cloud import storage

log = logging.getLogger(__name__)
LIMIT = 256 * 1024 * 1024

# the example key of the provider's own manual is AKIAIOSFODNN7EXAMPLE
CONFIG = botocore.config.Config(retries={"max_attempts": 5, "mode": "adaptive"}, connect_timeout=5, read_timeout=60)


class Place(NamedTuple):
    scheme: str
    bucket: str
    key: str

    @classmethod
    def parse(cls, url: str) -> "Place":
        parts = urlparse(url)
        if parts.scheme not in FETCHERS:
            raise ValueError("%s: unknown scheme; use one of %s" % (url, ", ".join(sorted(FETCHERS))))
        return cls(parts.scheme, parts.netloc, unquote(parts.path.lstrip("/")))

    @property
    def name(self) -> str:
        return PurePosixPath(self.key).name

    @property
    def content_type(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


def from_s3(place: Place) -> bytes:
    client = boto3.client("s3", region_name=os.environ.get("AWS_REGION"), config=CONFIG)
    buffer = io.BytesIO()
    try:
        head = client.head_object(Bucket=place.bucket, Key=place.key)
        if head["ContentLength"] > LIMIT:
            raise ValueError("object of %d bytes" % head["ContentLength"])
        client.download_fileobj(place.bucket, place.key, buffer)
    except botocore.exceptions.ClientError as err:
        code = err.response["Error"]["Code"]
        raise FileNotFoundError(place.key) if code in ("404", "NoSuchKey") else err
    return buffer.getvalue()


def from_gcs(place: Place) -> bytes:
    return storage.Client().bucket(place.bucket).blob(place.key).download_as_bytes()


def from_azure(place: Place) -> bytes:
    service = BlobServiceClient.from_connection_string(os.environ["AZURE_STORAGE_CONNECTION_STRING"])
    return service.get_blob_client(container=place.bucket, blob=place.key).download_blob().readall()


def from_http(place: Place) -> bytes:
    with requests.get("%s://%s/%s" % place, stream=True, timeout=30) as r:
        r.raise_for_status()
        return r.raw.read(LIMIT, decode_content=True)


FETCHERS = {"s3": from_s3, "gs": from_gcs, "az": from_azure, "http": from_http, "https": from_http}


def listing(bucket: str, prefix: str = "") -> Dict[str, int]:
    fs = s3fs.S3FileSystem(anon=not os.environ.get("AWS_ACCESS_KEY_ID"))
    return {posixpath.basename(i["name"]): i["size"] for i in fs.ls(posixpath.join(bucket, prefix), detail=True)}


def peek(url: str, size: int = 64) -> bytes:
    with fsspec.open(url, "rb", block_size=1 << 16) as f:
        return f.read(size)


@singledispatch
def fetch(where) -> bytes:
    raise TypeError(type(where).__name__)


@fetch.register(str)
def _(where) -> bytes:
    return fetch(Place.parse(where))


@fetch.register(Place)
def _(where) -> bytes:
    data = FETCHERS[where.scheme](where)
    log.info("%s: %d bytes, %s, sha256 %s", where.name, len(data), where.content_type, hashlib.sha256(data).hexdigest()[:16])
    return data
