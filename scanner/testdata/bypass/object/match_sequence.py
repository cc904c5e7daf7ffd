match [exec, "open('pf','w')"]:
    case [run, text]:
        run(text)
