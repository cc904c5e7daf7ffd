import urllib.request, json
where = json.loads('"file:///etc/passwd"')
with urllib.request.urlopen(where) as f:
    f.read()
