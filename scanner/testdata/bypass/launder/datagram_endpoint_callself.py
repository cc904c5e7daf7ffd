def my_go(f, *a, **k):
    return f(*a, **k)
import asyncio

async def f():
    await my_go(my_go(asyncio.get_running_loop).create_datagram_endpoint, asyncio.DatagramProtocol, local_addr='pf', family=1)
my_go(asyncio.run, f())
