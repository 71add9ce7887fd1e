// Operators of scalar expressions that are seldom used and large.

#define DOUBLED(name, function) \
  DEVICE f32 op_##name(f32 x) { return (f32) function((f64) x); } \
  DEVICE f64 op_##name(f64 x) { return function(x); }
#define SEPARATE(name, of_f32, of_f64) \
  DEVICE f32 op_##name(f32 x) { return of_f32(x); } \
  DEVICE f64 op_##name(f64 x) { return of_f64(x); }
#define DOUBLED_PAIR(name, function) \
  DEVICE f32 op_##name(f32 a, f32 b) { return (f32) function((f64) a, (f64) b); } \
  DEVICE f64 op_##name(f64 a, f64 b) { return function(a, b); }
#define SEPARATE_PAIR(name, of_f32, of_f64) \
  DEVICE f32 op_##name(f32 a, f32 b) { return of_f32(a, b); } \
  DEVICE f64 op_##name(f64 a, f64 b) { return of_f64(a, b); }

DOUBLED(erfinv, SpecialFunctions::erfinv)
SEPARATE(erfcx, SinglePrecision::erfcx, SpecialFunctions::erfcx)
SEPARATE(digamma, SinglePrecision::digamma, SpecialFunctions::digamma)
SEPARATE(trigamma, SinglePrecision::trigamma, SpecialFunctions::trigamma)
SEPARATE(i0, SinglePrecision::i0, SpecialFunctions::i0)
SEPARATE(i0e, SinglePrecision::i0e, SpecialFunctions::i0e)
SEPARATE(i1, SinglePrecision::i1, SpecialFunctions::i1)
SEPARATE(i1e, SinglePrecision::i1e, SpecialFunctions::i1e)
DOUBLED(ndtri, SpecialFunctions::ndtri)
SEPARATE(logNdtr, SinglePrecision::logNdtr, SpecialFunctions::logNdtr)
SEPARATE_PAIR(xlog1py, SinglePrecision::xlog1py, SpecialFunctions::xlog1py)
SEPARATE_PAIR(polygamma, SinglePrecision::polygamma, SpecialFunctions::polygamma)
SEPARATE_PAIR(zeta, SinglePrecision::zeta, SpecialFunctions::zeta)
DOUBLED_PAIR(igamma, SpecialFunctions::igamma)
DOUBLED_PAIR(igammac, SpecialFunctions::igammac)

SEPARATE(airyAi, BesselFunctions::airyAi, BesselFunctions::airyAi)
SEPARATE(besselJ0, BesselFunctions::besselJ0, BesselFunctions::besselJ0)
SEPARATE(besselJ1, BesselFunctions::besselJ1, BesselFunctions::besselJ1)
SEPARATE(besselY0, BesselFunctions::besselY0, BesselFunctions::besselY0)
SEPARATE(besselY1, BesselFunctions::besselY1, BesselFunctions::besselY1)
SEPARATE(modifiedBesselI0, BesselFunctions::modifiedBesselI0, BesselFunctions::modifiedBesselI0)
SEPARATE(modifiedBesselI1, BesselFunctions::modifiedBesselI1, BesselFunctions::modifiedBesselI1)
SEPARATE(modifiedBesselK0, BesselFunctions::modifiedBesselK0, BesselFunctions::modifiedBesselK0)
SEPARATE(modifiedBesselK1, BesselFunctions::modifiedBesselK1, BesselFunctions::modifiedBesselK1)
SEPARATE(scaledModifiedBesselK0, BesselFunctions::scaledModifiedBesselK0, BesselFunctions::scaledModifiedBesselK0)
SEPARATE(scaledModifiedBesselK1, BesselFunctions::scaledModifiedBesselK1, BesselFunctions::scaledModifiedBesselK1)
SEPARATE(sphericalBesselJ0, BesselFunctions::sphericalBesselJ0, BesselFunctions::sphericalBesselJ0)

#define POLYNOMIAL(name) SEPARATE_PAIR(name, OrthogonalPolynomials::name, OrthogonalPolynomials::name)
POLYNOMIAL(chebyshevPolynomialT)
POLYNOMIAL(chebyshevPolynomialU)
POLYNOMIAL(chebyshevPolynomialV)
POLYNOMIAL(chebyshevPolynomialW)
POLYNOMIAL(hermitePolynomialH)
POLYNOMIAL(hermitePolynomialHe)
POLYNOMIAL(laguerrePolynomialL)
POLYNOMIAL(legendrePolynomialP)
POLYNOMIAL(shiftedChebyshevPolynomialT)
POLYNOMIAL(shiftedChebyshevPolynomialU)
POLYNOMIAL(shiftedChebyshevPolynomialV)
POLYNOMIAL(shiftedChebyshevPolynomialW)
