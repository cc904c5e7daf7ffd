match __builtins__:
    case {"exec": run}:
        run("open('pf','w')")
