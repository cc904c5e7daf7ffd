def getoutput(command):
    return command
