class my_C:
    import tempfile

    def again(x, *a):
        return x.__class__(*a)
    again(tempfile.TemporaryFile(buffering=0), 'pf', 'w')
