def my_mat(x):
    match [x]:
        case [y]:
            return y
import six
my_mat(six).exec_("open('pf','w')")
