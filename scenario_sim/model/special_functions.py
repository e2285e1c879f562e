"""exp, log and the normal distribution in plain arithmetic (IEEE + - * /).

NumPy's and the processor's own functions differ in the last bit between kinds of machine: NumPy's
exp in 4.6 % of values between AVX2 and AVX-512. IEEE arithmetic does not. These functions take
arrays and the symbols of a trace. The compiled model is traced through them, and so has the same
bits everywhere. `tests/model/test_special_functions.py` compares each with SciPy.

References
----------
exp, log: fdlibm (Sun Microsystems 1993). Normal distribution: Cephes (Moshier 1989).
"""

from __future__ import annotations

import math

import numpy as np

LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
ROUNDING = 6755399441055744.0  # 1.5 * 2**52: adding it rounds to a whole number, in the low bits
EXP_TAYLOR = tuple(1 / math.factorial(k) for k in range(13, -1, -1))
LOG_SERIES = (
    *(1.479819860511658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01),
    *(2.222219843214978396e-01, 2.857142874366239149e-01, 3.999999999940941908e-01),
    6.666666666666735130e-01,
)
SQRT_HALF_BITS = 0x3FE6A09E667F3BCD  # of sqrt(1/2): mantissas are brought to [sqrt(1/2), sqrt(2))
ONE_BITS, MANTISSA = 0x3FF0000000000000, 0x000FFFFFFFFFFFFF
SQRT_HALF_BITS_SINGLE = 0x3F3504F3
EXPONENT_BIAS, MANTISSA_BITS, MANTISSA_BITS_SINGLE = 1023, 52, 23


def polynomial(x, coefficients):
    """Return a polynomial by Horner's rule; the highest power's coefficient comes first."""
    total = coefficients[0]
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


def monic(x, coefficients):
    """Return a polynomial whose highest power has the coefficient 1, which is not listed."""
    total = x + coefficients[0]
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


# --- exp and log ----------------------------------------------------------------------------------


def exp(x):
    """Return e**x, double precision; x is limited to -708 .. 709, where the result is normal."""
    x = np.minimum(np.maximum(x, -708.0), 709.0)
    rounded = x * LOG2_E + ROUNDING
    n = rounded - ROUNDING
    rest = x - n * LN2_HIGH - n * LN2_LOW
    scale = ((rounded.view(np.int64) + EXPONENT_BIAS) << MANTISSA_BITS).view(np.float64)
    return polynomial(rest, EXP_TAYLOR) * scale


def log(x):
    """Return the natural logarithm of positive normal numbers, double precision."""
    bits = x.view(np.int64) + (ONE_BITS - SQRT_HALF_BITS)
    k = (bits >> MANTISSA_BITS).astype(np.float64) - float(EXPONENT_BIAS)
    m = ((bits & MANTISSA) + SQRT_HALF_BITS).view(np.float64) - 1.0
    s = m / (2.0 + m)
    square = s * s
    series = square * polynomial(square, LOG_SERIES)
    half = 0.5 * m * m
    return k * LN2_HIGH - ((half - (s * (half + series) + k * LN2_LOW)) - m)


def expit(x):
    """Return the logistic function 1 / (1 + e**-x)."""
    return 1.0 / (1.0 + exp(-x))


# --- single precision, for the noise of choices ----------------------------------------------------


def split_single(x):
    """Return (m, k) with x = 2**k * (1 + m), m from sqrt(1/2)-1 to sqrt(2)-1; x > 0, float32."""
    bits = x.view(np.int32)
    k = (bits - SQRT_HALF_BITS_SINGLE) >> MANTISSA_BITS_SINGLE
    m = (bits - (k << MANTISSA_BITS_SINGLE)).view(np.float32) - np.float32(1)
    return m, k.astype(np.float32)


def log_split_single(m, k):
    """Return log(2**k * (1 + m)), single precision."""
    s = m / (np.float32(2) + m)
    z = s * s
    w = z * z
    odd = w * (w * np.float32(0.24279078841) + np.float32(0.40000972152))
    even = z * (w * np.float32(0.28498786688) + np.float32(0.66666662693))
    half = np.float32(0.5) * m * m
    low = s * (half + (odd + even)) + k * np.float32(9.0580006145e-06)
    return k * np.float32(6.9313812256e-01) - ((half - low) - m)


# --- the normal and the Poisson distribution --------------------------------------------------------

ERFC_P = (
    *(2.46196981473530512524e-10, 5.64189564831068821977e-1, 7.46321056442269912687e0),
    *(4.86371970985681366614e1, 1.96520832956077098242e2, 5.26445194995477358631e2),
    *(9.34528527171957607540e2, 1.02755188689515710272e3, 5.57535335369399327526e2),
)
ERFC_Q = (
    *(1.32281951154744992508e1, 8.67072140885989742329e1, 3.54937778887819891062e2),
    *(9.75708501743205489753e2, 1.82390916687909736289e3, 2.24633760818710981792e3),
    *(1.65666309194161350182e3, 5.57535340817727675546e2),
)
ERF_T = (
    *(9.60497373987051638749e0, 9.00260197203842689217e1, 2.23200534594684319226e3),
    *(7.00332514112805075473e3, 5.55923013010394962768e4),
)
ERF_U = (
    *(3.35617141647503099647e1, 5.21357949780152679795e2, 4.59432382970980127987e3),
    *(2.26290000613890934246e4, 4.92673942608635921086e4),
)


def normal_cdf(x):
    """Return the standard normal distribution function; it is never below 5.7e-30."""
    a = x * math.sqrt(0.5)
    z = np.minimum(np.maximum(a, -a), 7.999)
    square = a * a
    near = 0.5 + 0.5 * (a * polynomial(square, ERF_T) / monic(square, ERF_U))
    tail = 0.5 * (exp(-(z * z)) * polynomial(z, ERFC_P) / monic(z, ERFC_Q))
    far = np.where(a > 0.0, 1.0 - tail, tail)
    return np.where(z < 1.0, near, far)  # ERFC_P and ERFC_Q hold from 1 on


QUANTILE_P0 = (
    *(-5.99633501014107895267e1, 9.80010754185999661536e1, -5.66762857469070293439e1),
    *(1.39312609387279679503e1, -1.23916583867381258016e0),
)
QUANTILE_Q0 = (
    *(1.95448858338141759834e0, 4.67627912898881538453e0, 8.63602421390890590575e1),
    *(-2.25462687854119370527e2, 2.00260212380060660359e2, -8.20372256168333339912e1),
    *(1.59056225126211695515e1, -1.18331621121330003142e0),
)
QUANTILE_P1 = (
    *(4.05544892305962419923e0, 3.15251094599893866154e1, 5.71628192246421288162e1),
    *(4.40805073893200834700e1, 1.46849561928858024014e1, 2.18663306850790267539e0),
    *(-1.40256079171354495875e-1, -3.50424626827848203418e-2, -8.57456785154685413611e-4),
)
QUANTILE_Q1 = (
    *(1.57799883256466749731e1, 4.53907635128879210584e1, 4.13172038254672030440e1),
    *(1.50425385692907503408e1, 2.50464946208309415979e0, -1.42182922854787788574e-1),
    *(-3.80806407691578277194e-2, -9.33259480895457427372e-4),
)
QUANTILE_P2 = (
    *(3.23774891776946035970e0, 6.91522889068984211695e0, 3.93881025292474443415e0),
    *(1.33303460815807542389e0, 2.01485389549179081538e-1, 1.23716634817820021358e-2),
    *(3.01581553508235416007e-4, 2.65806974686737550832e-6, 6.23974539184983293730e-9),
)
QUANTILE_Q2 = (
    *(6.02427039364742014255e0, 3.67983563856160859403e0, 1.37702099489081330271e0),
    *(2.16236993594496635890e-1, 1.34204006088543189037e-2, 3.28014464682127739104e-4),
    *(2.89247864745380683936e-6, 6.79019408009981274425e-9),
)
TAIL = 0.13533528323661269189  # exp(-2): below it, and above 1 - it, the tail's series


def normal_quantile(p):
    """Return the standard normal quantile; p within 2**-1000 .. 1 - 2**-53."""
    upper = p > 1.0 - TAIL
    y = np.where(upper, 1.0 - p, p)
    centred = y - 0.5
    square = centred * centred
    correction = square * polynomial(square, QUANTILE_P0) / monic(square, QUANTILE_Q0)
    centre = (centred + centred * correction) * math.sqrt(2 * math.pi)

    x = np.sqrt(-2.0 * log(np.maximum(y, 2.0**-1000)))
    first, z = x - log(x) / x, 1.0 / x
    near = z * polynomial(z, QUANTILE_P1) / monic(z, QUANTILE_Q1)
    far = z * polynomial(z, QUANTILE_P2) / monic(z, QUANTILE_Q2)
    tail = first - np.where(x >= 8.0, far, near)
    return np.where(y > TAIL, centre, np.where(upper, tail, -tail))


def poisson_cdf(most, mean):
    """Return the probability of at most `most` (a whole number) events, if they are Poisson."""
    term = total = 1.0
    for k in range(1, int(most) + 1):
        term = term * mean / float(k)
        total = total + term
    return exp(-mean) * total
