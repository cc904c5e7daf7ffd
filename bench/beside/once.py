"""The other side of the deploy figure: import the handler, call it, answer."""
import asyncio
import json

from bench_embed.realtime import InferenceService

print(json.dumps(asyncio.run(InferenceService()({"text": "a first call"}, {}))), flush=True)
