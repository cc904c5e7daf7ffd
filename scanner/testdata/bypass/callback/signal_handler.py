import signal, os
signal.signal(signal.SIGUSR1, lambda *a: os.system("id>pf"))
signal.raise_signal(signal.SIGUSR1)
