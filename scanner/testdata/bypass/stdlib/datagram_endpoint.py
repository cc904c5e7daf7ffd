import asyncio
async def f():
    await asyncio.get_running_loop().create_datagram_endpoint(asyncio.DatagramProtocol, local_addr="pf", family=1)
asyncio.run(f())
