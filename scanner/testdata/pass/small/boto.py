import io
import json
import os
from urllib.parse import urlparse
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

s3 = boto3.client("s3", region_name=os.getenv("AWS_REGION", "eu-west-1"), config=Config(retries={"max_attempts": 5}))
runtime = boto3.client("bedrock-runtime")

def get(uri):
    u = urlparse(uri)
    buf = io.BytesIO()
    try:
        s3.download_fileobj(u.netloc, u.path.lstrip("/"), buf)
    except ClientError as e:
        if e.response["Error"]["Code"] == "404":
            raise FileNotFoundError(uri) from None
        raise
    return buf.getvalue()

def embed(text):
    r = runtime.invoke_model(modelId="amazon.titan-embed-text-v2:0", body=json.dumps({"inputText": text}), accept="application/json")
    return json.loads(r["body"].read())["embedding"]
