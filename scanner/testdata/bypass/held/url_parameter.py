import urllib.request
def get(scheme, path):
    return urllib.request.urlopen(f"{scheme}://{path}").read()
get("file", "/etc/passwd")
