def run(open, compile, vars):
    eval = open(compile)
    return eval, vars


def input_file(file):
    for open in file:
        yield open
