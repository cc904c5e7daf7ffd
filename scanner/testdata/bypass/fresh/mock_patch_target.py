from unittest.mock import patch
with patch("os.system") as s: pass
patch("os.getcwd").get_original()[0]
patch("builtins.open").get_original()[0]("pf", "w")
