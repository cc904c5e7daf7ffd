"""The other side of the realtime figures: the same handler under FastAPI.

Started as python3 app.py; prints its port once it is bound. One process of
uvicorn with uvloop and httptools, without an access log.
"""
import socket

import uvicorn
from bench_embed.realtime import InferenceService
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
handler = InferenceService()


class Call(BaseModel):
    inputs: dict = {}
    parameters: dict = {}


@app.post("/realtime/bench_embed")
async def call(request: Call):
    return await handler(request.inputs, request.parameters)


if __name__ == "__main__":
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", 0))
    print(bound.getsockname()[1], flush=True)
    config = uvicorn.Config(app, loop="uvloop", http="httptools", access_log=False, log_level="warning")
    uvicorn.Server(config).run(sockets=[bound])
