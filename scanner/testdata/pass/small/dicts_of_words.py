BLOCKED = {"eval", "exec", "compile", "open", "os.system", "subprocess.Popen", "pickle.loads"}
PERMISSIONS = {"socket": "raw sockets", "ctypes": "native code", "multiprocessing": "processes", "signal": "signals"}
LANG = {"python": ["import", "exec", "eval", "lambda", "__init__", "__name__"], "c": ["system", "fork", "execve", "open"]}
KEYS = ("os", "sys", "code", "resource", "commands", "platform", "user", "pwd", "grp")

def risk(source):
    words = set(source.replace("(", " ").replace(".", " ").split())
    hits = sorted((BLOCKED | set(PERMISSIONS)) & words)
    return {"hits": hits, "score": min(1.0, len(hits) / 5), "language": max(LANG, key=lambda k: len(words & set(LANG[k])))}

def fields(row):
    return {k: row.get(k, "") for k in KEYS} | {"sys": row.get("sys", {}).get("os")}
print(risk("import os; os.system('x'); eval(y)"), fields({"os": "linux"}))
