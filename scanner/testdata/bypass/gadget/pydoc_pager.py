import pydoc
pydoc.pipepager("x", "tee pf")
