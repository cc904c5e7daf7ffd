from unittest import mock
mock.patch("builtins.open").get_original()[0]("pf", "w")
