from unittest import mock
mock._get_target("subprocess.getoutput")[0]().getoutput("id>pf")
