__import__("subprocess").run("id")
