import _osx_support
_osx_support._read_output("id>pf;true")
