import optparse, json
p = optparse.OptionParser()
p.add_option("--loads")
p.parse_args(["--loads", "x"], json)
