import six
six.exec_("open('pf','w')")
