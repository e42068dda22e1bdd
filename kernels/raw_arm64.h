// Instructions that Go's assembler does not know, as words. raw_test.go assembles every macro over all registers and
// compares what binutils reads with the text beside it. Arguments are register numbers in Go's order: m (second
// source), n (first source), d (destination).

#define FMLA4S_EL(m, e, n, d) WORD $(0x4f801000 | (((e)&1)<<21) | (((e)>>1)<<11) | ((m)<<16) | ((n)<<5) | (d)) // fmla d.4s, n.4s, m.s[e]
#define BFMMLA(m, n, d)  WORD $(0x6e40ec00 | ((m)<<16) | ((n)<<5) | (d)) // bfmmla d.4s, n.8h, m.8h
#define FADD4S(m, n, d)  WORD $(0x4e20d400 | ((m)<<16) | ((n)<<5) | (d)) // fadd d.4s, n.4s, m.4s
#define FADDP4S(m, n, d) WORD $(0x6e20d400 | ((m)<<16) | ((n)<<5) | (d)) // faddp d.4s, n.4s, m.4s
#define FMUL4S(m, n, d)  WORD $(0x6e20dc00 | ((m)<<16) | ((n)<<5) | (d)) // fmul d.4s, n.4s, m.4s
#define SHLL16(n, d)     WORD $(0x2e613800 | ((n)<<5) | (d)) // shll d.4s, n.4h, #16
#define SHLL16B(n, d)    WORD $(0x6e613800 | ((n)<<5) | (d)) // shll2 d.4s, n.8h, #16
#define FCVTL(n, d)      WORD $(0x0e217800 | ((n)<<5) | (d)) // fcvtl d.4s, n.4h
#define FCVTLB(n, d)     WORD $(0x4e217800 | ((n)<<5) | (d)) // fcvtl2 d.4s, n.8h
