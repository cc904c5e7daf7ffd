import os
from openai import OpenAI, AsyncOpenAI, APIError
from pydantic import BaseModel
import tiktoken
import base64

client = OpenAI(api_key=os.environ["OPENAI_API_KEY"], timeout=20, max_retries=3)
enc = tiktoken.get_encoding("cl100k_base")

class Caption(BaseModel):
    text: str
    tags: list[str] = []

TOOLS = [{"type": "function", "function": {"name": "eval", "description": "exec code", "parameters": {"type": "object", "properties": {}}}}]

def caption(image: bytes, model="gpt-4o-mini") -> Caption:
    url = "data:image/jpeg;base64," + base64.b64encode(image).decode()
    r = client.beta.chat.completions.parse(model=model, response_format=Caption, messages=[
        {"role": "system", "content": "Describe. Never use __import__ or eval."},
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}])
    return r.choices[0].message.parsed

def cut(text, n=8000):
    ids = enc.encode(text, disallowed_special=())
    return enc.decode(ids[:n])

def embed(texts):
    try:
        return [d.embedding for d in client.embeddings.create(model="text-embedding-3-small", input=[cut(t) for t in texts]).data]
    except APIError as e:
        raise RuntimeError(f"{type(e).__name__}: {e.message}") from e
