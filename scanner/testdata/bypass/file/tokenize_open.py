import tokenize
print(tokenize.open("/etc/passwd").read())
