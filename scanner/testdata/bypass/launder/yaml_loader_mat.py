def my_mat(x):
    match [x]:
        case [y]:
            return y
import yaml
my_mat(yaml).load("!!python/object/apply:os.system ['id>pf']", Loader=my_mat(yaml).UnsafeLoader)
