# Writes special_functions.csv: values of mpmath 1.3 in 50 to 400 digits.
# Run as: python special_functions.py > special_functions.csv
from mpmath import *

mp.dps = 400


def lower_gamma(a, x):
    term = mpf(1)
    total = term
    n = mpf(a)
    while term > total * mpf(10) ** -390:
        n += 1
        term *= x / n
        total += term
    return total * exp(a * log(x) - x - loggamma(a + 1))


def quantile(p):
    return -sqrt(mpf(2)) * findroot(lambda z: log(erfc(z) / 2) - log(p), sqrt(-log(p)))


ONE = {
    "erf": (erf, [1e-9, 0.3, -0.8, 1.1, 2.5, 5.0]),
    "erfc": (erfc, [-1.5, 0.2, 0.9, 4.63, 26.3]),
    "erfcx": (lambda x: exp(x * x) * erfc(x), [-3.0, 0.01, 2.0, 50.0, 1e9]),
    "erfinv": (erfinv, [1e-8, -0.3, 0.57, 0.999, 1 - 1e-12]),
    "ndtri": (quantile, [1e-300, 1e-10, 0.2450980038952486, 0.3, 0.74, 0.999]),
    "lgamma": (lambda x: log(abs(gamma(x))), [1e-20, 0.3, 1.0000001, 1.9999, 2.5, 7.7, 33.3, 1e10, -0.5, -4.02]),
    "digamma": (lambda x: psi(0, x), [0.1, 1.2, 3.0, 50.0, -2.3]),
    "trigamma": (lambda x: psi(1, x), [0.02, 0.7, 3.0, 60.0, -1.4]),
    "i0": (lambda x: besseli(0, x), [0.0, 1e-4, 3.0, 8.5, 700.0]),
    "i0e": (lambda x: besseli(0, x) * exp(-abs(x)), [2.0, -30.0]),
    "i1": (lambda x: besseli(1, x), [1e-5, -6.46, 9.0]),
    "i1e": (lambda x: besseli(1, x) * exp(-abs(x)), [5.0, -40.0]),
    "asinh": (asinh, [1e-10, -0.6, 3.0, 1e150]),
    "acosh": (acosh, [1.0000001, 2.0, 1e100]),
    "atanh": (atanh, [1e-9, -0.5, 0.9999]),
    "log2": (lambda x: log(x) / log(mpf(2)), [3.0, 1e-310, 1e200]),
    "sigmoid": (lambda x: 1 / (1 + exp(-x)), [-700.0, -1.0, 0.7]),
}
TWO = {
    "zeta": (zeta, [(1.1, 1.0), (2.0, 1.0), (3.5, 0.1), (22.5, 86.0), (2.0, -1.5)]),
    "polygamma": (lambda n, x: psi(int(n), x), [(2.0, 1.5), (3.0, 0.02), (4.0, 7.0), (5.0, -2.25)]),
    "igamma": (lower_gamma, [(0.5, 0.1), (3.0, 2.0), (100.0, 90.0), (969.0, 1000.0)]),
    "igammac": (lambda a, x: 1 - lower_gamma(a, x), [(0.001, 0.3), (3.0, 9.0), (0.5, 20.0), (969.0, 1065.0)]),
}


def digits(value):
    return nstr(value, 19, min_fixed=-5, max_fixed=17)


print("name,x,y,value")
for name, (f, points) in ONE.items():
    for x in points:
        print(f"{name},{x!r},,{digits(f(mpf(x)))}")
for name, (f, points) in TWO.items():
    for x, y in points:
        mp.dps = 400 if name.startswith("igamma") else 50
        print(f"{name},{x!r},{y!r},{digits(f(mpf(x), mpf(y)))}")
