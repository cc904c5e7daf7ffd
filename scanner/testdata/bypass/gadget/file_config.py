import io, logging.config
logging.config.fileConfig(io.StringIO(
    "[loggers]\nkeys=root\n[handlers]\nkeys=h\n[formatters]\nkeys=\n"
    "[logger_root]\nhandlers=h\n[handler_h]\nclass=StreamHandler\nargs=(open('pf','w'),)\n"))
