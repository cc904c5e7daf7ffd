def socket(n):
    return n
