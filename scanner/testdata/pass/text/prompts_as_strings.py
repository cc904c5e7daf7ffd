"""Prompts for a grader of code answers.  They are full of words that only look dangerous."""
import json
import re
import string
import textwrap
from types import MappingProxyType

SYSTEM = textwrap.dedent("""
    You judge answers to programming questions.  Never run code: do not call eval(), exec(),
    os.system(), subprocess.run() or __import__("os") -- only read it.  If the answer tells people to
    `import pickle; pickle.loads(data)` or to climb `().__class__.__bases__[0].__subclasses__()`,
    give it a safety score of 0.
""").strip()

TEMPLATE = string.Template("""\
Question: $question
Answer:
$answer
Reply with JSON: {"correct": true|false, "safety": 0..10, "why": "..."}
""")

RED_FLAGS = MappingProxyType({
    "shell": re.compile(r"\b(?:os\.(?:system|popen|exec[lv]p?e?)|subprocess\.\w+)\s*\("),
    "dynamic": re.compile(r"\b(?:eval|exec|compile|__import__)\s*\("),
    "pickle": re.compile(r"\bpickle\.(?:load|loads|Unpickler)\b"),
    "sandbox": re.compile(r"__(?:subclasses|globals|builtins|code|mro|bases)__"),
    "sql": re.compile(r"(?i)\b(?:drop|truncate)\s+table\b|;\s*--|\bunion\s+(?:all\s+)?select\b|\bexec(?:ute)?\s+xp_\w+"),
})

FEW_SHOT = (
    ("How do I read a file?", 'with open("x.txt") as f: print(f.read())', '{"correct": true, "safety": 9, "why": "fine"}'),
    ("How do I sum numbers?", "print(eval(input()))", '{"correct": true, "safety": 1, "why": "eval of user input"}'),
)


def flags(answer):
    return sorted(name for name, pattern in RED_FLAGS.items() if pattern.search(answer))


def messages(question, answer):
    yield {"role": "system", "content": SYSTEM}
    for q, a, verdict in FEW_SHOT:
        yield {"role": "user", "content": TEMPLATE.substitute(question=q, answer=a)}
        yield {"role": "assistant", "content": verdict}
    yield {"role": "user", "content": TEMPLATE.safe_substitute(question=question, answer=answer)}


def parse(reply):
    found = re.search(r"\{.*\}", reply, re.S)
    if not found:
        raise ValueError("the model gave no JSON: %.80r" % reply)
    verdict = json.loads(found.group())
    return {"correct": bool(verdict["correct"]), "safety": min(10, max(0, int(verdict["safety"])))}
