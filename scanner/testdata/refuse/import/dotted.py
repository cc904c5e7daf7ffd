import concurrent.futures.process
