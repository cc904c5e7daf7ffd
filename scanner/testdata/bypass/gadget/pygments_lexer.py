import tempfile
from pygments.lexers import load_lexer_from_file as load
with tempfile.NamedTemporaryFile("w") as t:
    print("CustomLexer = lambda **k: open('pf','w')", file=t, flush=True)
    load(t.name)
