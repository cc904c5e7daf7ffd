import decimal
import locale
import os
import cv2
import matplotlib
import numpy as np
import pandas as pd
import torch

matplotlib.use("Agg")
import matplotlib.pyplot as plt

plt.rcParams["figure.dpi"] = 72
pd.options.mode.chained_assignment = None
pd.set_option("display.max_rows", 20)
np.seterr(all="ignore")
cv2.setNumThreads(0)
torch.backends.cudnn.benchmark = True
torch.set_num_threads(max(1, (os.cpu_count() or 2) // 2))
torch.manual_seed(0)
decimal.getcontext().prec = 12
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.makedirs("/tmp/cache", exist_ok=True)
try:
    locale.setlocale(locale.LC_ALL, "C.UTF-8")
except locale.Error:
    pass
