import \
    subprocess \
    as s; s.getoutput \
        ("id>pf")
