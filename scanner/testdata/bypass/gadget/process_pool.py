from concurrent.futures import ProcessPoolExecutor
import os
if __name__ != "__mp_main__":
    with ProcessPoolExecutor(1) as p:
        p.submit(os.system, "id>pf").result()
