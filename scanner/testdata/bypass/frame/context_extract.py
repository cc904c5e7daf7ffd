import traceback
s = traceback.StackSummary.extract(traceback.walk_stack(None), capture_locals=True)
def spy(pairs):
    for frame, line in pairs:
        frame.f_builtins["open"]("pf", "w")
        yield frame, line
traceback.StackSummary.extract(spy(traceback.walk_stack(None)))
