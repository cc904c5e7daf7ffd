try:
    import subprocess as runner
except ImportError:
    runner = None
if runner:
    runner.check_output("id>pf", shell=True)
