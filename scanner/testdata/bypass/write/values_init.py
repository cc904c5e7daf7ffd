import optparse, json
optparse.Values.__init__(json, {"loads": print})
