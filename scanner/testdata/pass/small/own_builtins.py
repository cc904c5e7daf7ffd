"""Functions of our own that share their name with builtins or modules."""
import re

def compile(pattern, flags=0):
    return re.compile(pattern, flags)

def open(text):
    return text.splitlines()

def exec(steps, x):
    for s in steps:
        x = s(x)
    return x

class Session:
    def exec(self, q): return q
    def eval(self): return self
    def system(self, prompt): self.prompt = prompt; return self
    def popen_like(self): return None

lines = open("a\nb")
rx = compile(r"\d+")
print(exec([len, str], lines), Session().eval().exec("q"), Session().system("be kind").prompt, rx.findall("a1"))
