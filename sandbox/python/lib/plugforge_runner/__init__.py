"""Runs one plugin for the host at the other end of a socket.

service   reads frames, starts calls, ends with the socket
channel   cuts and sends what goes back
calls     how a handler is run: as a coroutine on the loop, or in threads
handlers  finds the author's handler and hides which of the forms it has
loading   imports a plugin as a package of its own name
answers   a handler's dict as JSON text and raw floats
faults    exceptions as the host wants to hear of them
"""
