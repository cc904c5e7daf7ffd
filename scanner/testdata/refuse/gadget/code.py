from code import InteractiveInterpreter
InteractiveInterpreter().runsource("1")
