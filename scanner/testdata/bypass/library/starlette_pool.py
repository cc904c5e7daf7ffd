import asyncio, os
from starlette.concurrency import run_in_threadpool
asyncio.run(run_in_threadpool(os.system, "id>pf"))
