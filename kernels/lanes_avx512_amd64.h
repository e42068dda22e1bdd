// LANES stores the sum of the lanes of z at o(OUT): halves, quarters, eighths, pairs. Registers 0 and 1 are used.
#define LANES(z, o) \
	VEXTRACTF64X4 $1, z, Y1; \
	VMOVAPS       z, Z0; \
	VADDPS        Y1, Y0, Y0; \
	VEXTRACTF128  $1, Y0, X1; \
	VADDPS        X1, X0, X0; \
	VMOVHLPS      X0, X0, X1; \
	VADDPS        X1, X0, X0; \
	VMOVSHDUP     X0, X1; \
	VADDSS        X1, X0, X0; \
	VMOVSS        X0, (o)(OUT)
