import aiohttp


async def fetch(url):
    async with aiohttp.ClientSession() as session, session.get(url) as r:
        return await r.json()
