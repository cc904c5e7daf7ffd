from unittest.mock import patch
names = ["builtins", "open"]
patch(".".join(names)).get_original()[0]("pf", "w")
