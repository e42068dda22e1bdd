// Instructions that Go's assembler does not know, as bytes. raw_test.go assembles every macro over all registers
// and compares what binutils reads with the text of the macro.
//
// EVEX, register forms: R, B, X, R', vvvv and V' are stored inverted (Intel SDM vol. 2, 2.7).

// vdpbf16ps d, n, m (Intel order): d[i] += n[2i+1]*m[2i+1], then += n[2i]*m[2i], over 512 bits. Arguments are
// register numbers 0-31 in Go's order: sources first.
#define VDPBF16PS(m, n, d) \
	BYTE $0x62; \
	BYTE $(0x02 | ((((d)>>3)&1)^1)<<7 | ((((m)>>4)&1)^1)<<6 | ((((m)>>3)&1)^1)<<5 | ((((d)>>4)&1)^1)<<4); \
	BYTE $(0x06 | (((n)&15)^15)<<3); \
	BYTE $(0x40 | ((((n)>>4)&1)^1)<<3); \
	BYTE $0x52; \
	BYTE $(0xC0 | ((d)&7)<<3 | ((m)&7))
