package rowgen

import (
	"fmt"
	"math"
	"slices"
)

var amd64Binary = map[opcode]string{
	opAdd: "VADDPS", opMul: "VMULPS", opSub: "VSUBPS", opDiv: "VDIVPS", opPlainMax: "VMAXPS",
	opAddI: "VPADDD", opMulI: "VPMULLD", opXorI: "VPXOR", opAndI: "VANDPS", opOrI: "VORPS",
}

func commutes(op opcode) bool { return op != opSub && op != opDiv }

// instr writes one instruction; dying tells whether an operand is read for the last time.
func (g *amd64) instr(in instr, dying func(ref) bool) {
	free := func(r ref) int {
		if dying(r) {
			return g.reg[r.id]
		}
		return -1
	}
	switch in.op {
	case opLoad:
		g.load(in)
	case opStore:
		g.store(in)
	case opSet:
		g.fetch(in.a, g.alloc(in.d))
	case opPark:
		g.ins("VMOVUPS %s, %s", g.register(in.a), g.place(in.imm, in.copy))
	case opParkShift:
		t := g.temp()
		g.ins("VPSLLD $23, %s, %s", g.register(in.a), g.r(t))
		g.ins("VMOVDQU %s, %s", g.r(t), g.place(in.imm, in.copy))
	case opUnpark:
		g.ins("VMOVUPS %s, %s", g.place(in.imm, in.copy), g.r(g.alloc(in.d)))
	case opAdd, opMul, opSub, opDiv, opPlainMax, opAddI, opMulI, opXorI, opAndI, opOrI:
		if in.b.kind == parked {
			x := g.register(in.a)
			g.ins("%s %s, %s, %s", amd64Binary[in.op], g.place(in.b.id, in.copy), x, g.r(g.alloc(in.d, free(in.a))))
			return
		}
		name := amd64Binary[in.op]
		if in.op == opXorI && g.wide {
			name = "VPXORD"
		}
		a, b := in.a, in.b
		if _, memory := g.operand(a); memory && commutes(in.op) {
			a, b = b, a
		}
		first := g.register(a)
		second := g.any(b)
		d := g.alloc(in.d, free(in.a), free(in.b))
		g.ins("%s %s, %s, %s%s", name, second, first, g.r(d), g.note(in.b))
	case opMin, opMax: // VMINPS returns its last Intel operand, the first in Go's order, where either is NaN
		name := map[opcode]string{opMin: "VMINPS", opMax: "VMAXPS"}[in.op]
		x, c := g.any(in.a), g.register(in.b)
		g.ins("%s %s, %s, %s%s", name, x, c, g.r(g.alloc(in.d, free(in.a))), g.note(in.b))
	case opSqrt:
		x := g.any(in.a)
		g.ins("VSQRTPS %s, %s", x, g.r(g.alloc(in.d, free(in.a))))
	case opFMA, opFNMA:
		g.fma(in, free)
	case opPow2:
		g.pow2(in, free)
	case opFlush:
		g.flush(in, free)
	case opInf:
		g.inf(in, free)
	case opShrI:
		x := g.any(in.a)
		g.ins("VPSRLD $%d, %s, %s", in.imm, x, g.r(g.alloc(in.d, free(in.a))))
	case opKeep:
		g.keep(in, free)
	case opCounter:
		d := g.alloc(in.d)
		g.ins("%s %s, %s", map[bool]string{true: "VMOVDQA32", false: "VMOVDQA"}[g.wide], g.r(g.count), g.r(d))
	case opAccAdd, opAccMax, opAccFMA:
		g.accumulate(in)
	case opGuard:
		g.guard(in)
	}
}

// place spells a place on the stack.
func (g *amd64) place(i, copy int) string { return fmt.Sprintf("%d(R13)", 32*(copy*g.places+i)) }

// guard gathers the largest lanes of all copies and leaves for the slow body if one is above the limit.
func (g *amd64) guard(in instr) {
	x := g.reg[in.a.id]
	switch {
	case in.copy == 0:
		g.worst = x
	case in.copy == 1:
		first := g.worst
		g.worst = g.temp()
		g.busy[g.worst] = true
		g.ins("VPMAXUD %s, %s, %s", g.r(x), g.r(first), g.r(g.worst))
	default:
		g.ins("VPMAXUD %s, %s, %s", g.r(x), g.r(g.worst), g.r(g.worst))
	}
	if in.copy < g.copies-1 {
		return
	}
	r := g.temp()
	g.fetch(in.b, r)
	limit := g.r(r)
	if g.wide {
		g.ins("VPCMPUD $6, %s, %s, K2 // above the limit", limit, g.r(g.worst))
		g.ins("KORTESTW K2, K2")
	} else {
		most := g.r(g.worst)
		if g.copies == 1 {
			most = g.r(g.temp(g.worst, r))
		}
		g.ins("VPMAXUD %s, %s, %s", limit, g.r(g.worst), most)
		g.ins("VPCMPEQD %s, %s, %s", limit, most, most)
		g.ins("VMOVMSKPS %s, BX", most)
		g.ins("CMPL BX, $255")
	}
	g.ins("JNE %s", g.slow)
	if g.copies > 1 {
		g.busy[g.worst] = false
	}
}

func meaning(bits uint32) string { return fmt.Sprintf("%g", math.Float32frombits(bits)) }

func (g *amd64) note(r ref) string {
	if r.kind != constant {
		return ""
	}
	return " // " + meaning(g.consts[r.id])
}

func (g *amd64) load(in instr) {
	d := g.r(g.alloc(in.d))
	switch {
	case !g.tail:
		g.ins("VMOVUPS %s, %s // %s", g.address(in), d, in.slice)
	case g.wide:
		g.ins("VMOVUPS.Z %s, K1, %s // %s", g.address(in), d, in.slice)
	default:
		g.ins("VMASKMOVPS %s, %s, %s // %s", g.address(in), g.mask(), d, in.slice)
	}
}

func (g *amd64) store(in instr) {
	x := g.register(in.a)
	switch {
	case !g.tail && slices.Contains(g.k.stream, in.slice):
		g.ins("VMOVNTPS %s, %s // %s", x, g.address(in), in.slice)
	case !g.tail:
		g.ins("VMOVUPS %s, %s // %s", x, g.address(in), in.slice)
	case g.wide:
		g.ins("VMOVUPS %s, K1, %s // %s", x, g.address(in), in.slice)
	default:
		g.ins("VMASKMOVPS %s, %s, %s // %s", x, g.mask(), g.address(in), in.slice)
	}
}

// fma picks the form that overwrites a dying operand.
func (g *amd64) fma(in instr, free func(ref) int) {
	name := "VFMADD"
	if in.op == opFNMA {
		name = "VFNMADD"
	}
	a, b, c := in.a, in.b, in.c
	if _, memory := g.operand(a); memory {
		a, b = b, a
	}
	_, bMemory := g.operand(b)
	_, cMemory := g.operand(c)
	switch {
	case free(c) >= 0:
		x, y := g.register(a), g.any(b)
		g.ins("%s231PS %s, %s, %s%s", name, y, x, g.r(g.alloc(in.d, free(c))), g.note(b))
	case free(a) >= 0 && !bMemory:
		y, z := g.register(b), g.any(c)
		g.ins("%s213PS %s, %s, %s%s", name, z, y, g.r(g.alloc(in.d, free(a))), g.note(c))
	case free(a) >= 0 && !cMemory:
		y, z := g.any(b), g.register(c)
		g.ins("%s132PS %s, %s, %s%s", name, y, z, g.r(g.alloc(in.d, free(a))), g.note(b))
	case free(b) >= 0:
		x, z := g.register(a), g.any(c)
		g.ins("%s213PS %s, %s, %s%s", name, z, x, g.r(g.alloc(in.d, free(b))), g.note(c))
	default:
		d := g.alloc(in.d)
		z := g.any(c, d)
		g.ins("VMOVUPS %s, %s%s", z, g.r(d), g.note(c))
		x, y := g.register(a, d), g.any(b, d)
		g.ins("%s231PS %s, %s, %s%s", name, y, x, g.r(d), g.note(b))
	}
}

// pow2 computes a*2^n: VSCALEFPS, or n added to the exponent field of a (a near 1, the result normal).
func (g *amd64) pow2(in instr, free func(ref) int) {
	x := g.register(in.a)
	if g.wide {
		n := g.register(in.b)
		g.ins("VSCALEFPS %s, %s, %s", n, x, g.r(g.alloc(in.d, free(in.a), free(in.b))))
		return
	}
	t := g.register(in.c)
	d := g.alloc(in.d, free(in.c))
	g.ins("VPSLLD $23, %s, %s", t, g.r(d))
	g.ins("VPADDD %s, %s, %s", x, g.r(d), g.r(d))
}

// flush: the comparison "not less than" is true for NaN.
func (g *amd64) flush(in instr, free func(ref) int) {
	x := g.register(in.b)
	lo := g.any(in.c)
	a := g.register(in.a)
	if g.wide {
		g.ins("VCMPPS $5, %s, %s, K2%s", lo, x, g.note(in.c))
		g.ins("VMOVAPS.Z %s, K2, %s", a, g.r(g.alloc(in.d, free(in.a), free(in.b))))
		return
	}
	d := g.alloc(in.d, free(in.b))
	g.ins("VCMPPS $5, %s, %s, %s%s", lo, x, g.r(d), g.note(in.c))
	g.ins("VANDPS %s, %s, %s", a, g.r(d), g.r(d))
}

// inf: opInf's c is the bound, and +Inf the constant behind it.
func (g *amd64) inf(in instr, free func(ref) int) {
	x, hi, a := g.register(in.b), g.register(in.c), g.register(in.a)
	inf := -1
	for i, c := range g.consts {
		if c == 0x7f800000 {
			inf = i
		}
	}
	if g.wide {
		g.ins("VCMPPS $0x1e, %s, %s, K2", hi, x)
		d := g.alloc(in.d, free(in.a))
		if g.r(d) != a {
			g.ins("VMOVAPS %s, %s", a, g.r(d))
		}
		g.ins("VMOVAPS %s, K2, %s", g.register(ref{constant, inf}), g.r(d))
		return
	}
	d := g.alloc(in.d, free(in.b))
	g.ins("VCMPPS $0x1e, %s, %s, %s", hi, x, g.r(d))
	g.ins("VBLENDVPS %s, %s, %s, %s", g.r(d), g.register(ref{constant, inf}, d), a, g.r(d))
}

func (g *amd64) keep(in instr, free func(ref) int) {
	x, h, limit := g.register(in.a), g.register(in.b), g.register(in.c)
	if g.wide {
		g.ins("VPCMPUD $5, %s, %s, K2 // hash >= limit", limit, h)
		g.ins("VMOVAPS.Z %s, K2, %s", x, g.r(g.alloc(in.d, free(in.a), free(in.b))))
		return
	}
	d := g.alloc(in.d, free(in.b))
	if g.r(d) == h {
		t := g.r(g.temp(d))
		g.ins("VPMAXUD %s, %s, %s", limit, h, t)
		g.ins("VPCMPEQD %s, %s, %s // hash >= limit", h, t, g.r(d))
	} else {
		g.ins("VPMAXUD %s, %s, %s", limit, h, g.r(d))
		g.ins("VPCMPEQD %s, %s, %s // hash >= limit", h, g.r(d), g.r(d))
	}
	g.ins("VANDPS %s, %s, %s", x, g.r(d), g.r(d))
}

// accumulate adds to the copy's accumulator; lanes beyond the end must not count.
func (g *amd64) accumulate(in instr) {
	x, acc := g.register(in.a), g.r(g.acc[in.copy%len(g.acc)])
	switch {
	case in.op == opAccFMA:
		g.ins("VFMADD231PS %s, %s, %s", g.any(in.b), x, acc)
	case g.tail && g.wide && in.op == opAccAdd:
		g.ins("VADDPS %s, %s, K1, %s", x, acc, acc)
	case g.tail && g.wide:
		g.ins("VMAXPS %s, %s, K1, %s", x, acc, acc)
	case g.tail && in.op == opAccAdd:
		t := g.r(g.temp())
		g.ins("VANDPS %s, %s, %s", x, g.mask(), t)
		g.ins("VADDPS %s, %s, %s", t, acc, acc)
	case g.tail:
		t := g.r(g.temp())
		g.ins("VMAXPS %s, %s, %s", x, acc, t)
		g.ins("VBLENDVPS %s, %s, %s, %s", g.mask(), t, acc, acc)
	case in.op == opAccAdd:
		g.ins("VADDPS %s, %s, %s", x, acc, acc)
	default:
		g.ins("VMAXPS %s, %s, %s", x, acc, acc)
	}
}

// finish folds the accumulators pairwise, then the lanes, and stores the result.
func (g *amd64) finish(retAt int) {
	if g.k.ret == "" {
		return
	}
	op := map[string]string{"sum": "VADDPS", "max": "VMAXPS"}[g.k.ret]
	for n := len(g.acc); n > 1; n = (n + 1) / 2 {
		for i := range n / 2 {
			a, b := g.r(g.acc[i]), g.r(g.acc[i+(n+1)/2])
			g.ins("%s %s, %s, %s", op, b, a, a)
		}
	}
	// The accumulator may lie in Z16-Z31, which VEX instructions cannot reach.
	if g.wide {
		g.ins("VMOVAPS %s, Z0", g.r(g.acc[0]))
		g.ins("VEXTRACTF64X4 $1, Z0, Y1")
		g.ins("%s Y1, Y0, Y0", op)
	} else {
		g.ins("VMOVAPS %s, Y0", g.r(g.acc[0]))
	}
	g.ins("VEXTRACTF128 $1, Y0, X1")
	g.ins("%s X1, X0, X0", op)
	g.ins("VPERMILPS $0x4e, X0, X1")
	g.ins("%s X1, X0, X0", op)
	g.ins("VPERMILPS $0xb1, X0, X1")
	g.ins("%s X1, X0, X0", op)
	g.ins("VMOVSS X0, ret+%d(FP)", retAt)
}
