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

// AMX. Registers of tiles are numbers 0-7, base and index the low general ones by their numbers: AX 0, CX 1, DX 2, BX 3,
// SI 6, DI 7. VEX with map 0F38; vvvv is stored inverted (Intel SDM vol. 2, 2.3.5).

// ldtilecfg (AX): the shapes of all eight registers, which become zero
#define LDTILECFG_AX BYTE $0xC4; BYTE $0xE2; BYTE $0x78; BYTE $0x49; BYTE $0x00

// tilerelease: no register has a shape
#define TILERELEASE BYTE $0xC4; BYTE $0xE2; BYTE $0x78; BYTE $0x49; BYTE $0xC0

#define TILEZERO(t) BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x49; BYTE $(0xC0 | (t)<<3)

// row r of t = the 64 bytes at base + r*index + disp, 0 <= disp < 128
#define TILELOADD(t, base, index, disp) \
	BYTE $0xC4; BYTE $0xE2; BYTE $0x7B; BYTE $0x4B; BYTE $(0x44 | (t)<<3); BYTE $((index)<<3 | (base)); BYTE $(disp)

// the 64 bytes there = row r of t
#define TILESTORED(t, base, index, disp) \
	BYTE $0xC4; BYTE $0xE2; BYTE $0x7A; BYTE $0x4B; BYTE $(0x44 | (t)<<3); BYTE $((index)<<3 | (base)); BYTE $(disp)

// tdpbf16ps d, a, b (Intel order): d += a*b, a rows of pairs of bfloat16 of k, b a pair of k in each row
#define TDPBF16PS(b, a, d) \
	BYTE $0xC4; BYTE $0xE2; BYTE $(0x02 | (((b)&15)^15)<<3); BYTE $0x5C; BYTE $(0xC0 | (d)<<3 | (a))
