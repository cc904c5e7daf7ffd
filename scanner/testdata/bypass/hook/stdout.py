import sys
class Out:
    def write(self, text):
        exec(text)
    def flush(self):
        pass
sys.stdout = Out()
print("open('pf','w')", end="")
