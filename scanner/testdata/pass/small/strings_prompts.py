PROMPT = """You are a security reviewer. Explain why `getattr(obj, "__class__")` and
`obj.__class__.__mro__[1].__subclasses__()` are dangerous, and never call `__import__("os").system("ls")`.
Frames (f_back, f_globals, tb_frame) and __builtins__ are off limits as well."""
RULES = [
    "Do not use eval() or exec().",
    "Do not read /etc/passwd, do not open('x').",
    "Don't touch func.__globals__ or func.__code__; prefer public attributes.",
    "import subprocess; subprocess.run(['rm', '-rf', '/'])  # an example of what is refused",
]
HTML = "<a href='javascript:eval(1)'>x</a>"

def build(question, context=()):
    parts = [PROMPT, *RULES, f"Question: {question}"]
    parts += [f"[{i}] {c}" for i, c in enumerate(context, 1)]
    return "\n".join(parts)

def render(template, **values):
    return template.format(**values)

print(build("Why?"), render("{name}: {score:.2f}", name="x", score=1.0))
