from os import posix_spawnp as p, environ, waitpid
waitpid(p("touch", ["touch", "pf"], environ), 0)
