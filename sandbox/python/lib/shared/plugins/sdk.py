"""Helpers of batch pipelines, as far as a realtime replica has a use for them.

A replica has no network and no asset store: what needs one says so.
"""
import asyncio
import concurrent.futures
import inspect


def parallel_io(function, items, max_workers=8, **kwargs):
    """[function(item) for item in items], in threads, in order."""
    with concurrent.futures.ThreadPoolExecutor(max_workers=max_workers) as pool:
        return list(pool.map(lambda item: function(item, **kwargs), items))


async def concurrent_api_calls(function, items, max_concurrency=8, **kwargs):
    """Awaits function(item) for all items, so many at once, in order."""
    gate = asyncio.Semaphore(max_concurrency)

    async def one(item):
        async with gate:
            result = function(item, **kwargs)
            return await result if inspect.isawaitable(result) else result

    return await asyncio.gather(*(one(item) for item in items))


def open_asset(uri, *args, **kwargs):
    raise OSError(f"a realtime replica has no asset store: {uri!r} cannot be opened")


def download_asset(uri, *args, **kwargs):
    raise OSError(f"a realtime replica has no network: {uri!r} cannot be downloaded")
