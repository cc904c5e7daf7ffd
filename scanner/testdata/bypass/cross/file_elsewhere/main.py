from .paths import HERE
HERE.joinpath("pf").write_text("x")
