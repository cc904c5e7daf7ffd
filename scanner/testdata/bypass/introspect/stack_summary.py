import traceback, sys
def spy(frame):
    return frame.f_builtins
try:
    raise KeyError
except KeyError as e:
    for frame, line in traceback.walk_tb(e.__traceback__):
        spy(frame)["open"]("pf", "w")
