package rowgen

import (
	"fmt"
	"strings"
)

// arm64 writes kernels for NEON, four lanes. The assembler lacks most vector arithmetic, so instructions are words
// with their spelling beside them. Register plan:
//
//	R0-R4, R13-R15  slices in order of declaration, advanced as they are used     R5  elements left
//	R6, R11, R12 scratch      R7  struct of scalars      R10  the tail's copy of every slice, 16 bytes each
//
// Values take registers from V0 upwards; scalars, accumulators and constants are pinned from V31 downwards. A tail of
// one to three elements is copied to the frame, where whole vectors can be loaded and stored.
type arm64 struct {
	out    *strings.Builder
	k      *kernel
	consts []uint32
	pinned []int
	scal   []int
	acc    []int
	count  int
	step   int
	mask   int
	limit  int
	copies int
	worst  int         // register of a guard's largest lanes
	slow   string      // label of the body a guard leaves for
	held   map[int]int // constants of a slow body, for one instruction -> register
	tail   bool
	reg    []int
	busy   [32]bool
}

var arm64Pointers = []int{0, 1, 2, 3, 4, 13, 14, 15}

func (g *arm64) ins(format string, args ...any) { fmt.Fprintf(g.out, "\t"+format+"\n", args...) }

// three writes d = n op m.
func (g *arm64) three(name string, base uint32, d, n, m int) {
	w := base | uint32(m)<<16 | uint32(n)<<5 | uint32(d)
	lanes := "4s"
	if name == "and" || name == "orr" || name == "eor" || name == "bic" || name == "bit" {
		lanes = "16b"
	}
	if name == "orr" && n == m {
		g.ins("WORD $0x%08x // mov v%d.16b, v%d.16b", w, d, n)
		return
	}
	g.ins("WORD $0x%08x // %s v%d.%s, v%d.%s, v%d.%s", w, name, d, lanes, n, lanes, m, lanes)
}

var arm64Binary = map[opcode]struct {
	name string
	base uint32
}{
	opAdd: {"fadd", 0x4e20d400}, opSub: {"fsub", 0x4ea0d400}, opMul: {"fmul", 0x6e20dc00}, opDiv: {"fdiv", 0x6e20fc00},
	opMin: {"fmin", 0x4ea0f400}, opMax: {"fmax", 0x4e20f400}, opPlainMax: {"fmax", 0x4e20f400}, opAddI: {"add", 0x4ea08400}, opMulI: {"mul", 0x4ea09c00},
	opXorI: {"eor", 0x6e201c00}, opAndI: {"and", 0x4e201c00}, opOrI: {"orr", 0x4ea01c00},
}

const (
	wordFADD, wordFADDP, wordFMAX, wordFMAXP = 0x4e20d400, 0x6e20d400, 0x4e20f400, 0x6e20f400
	wordFMLA, wordFMLS, wordADD              = 0x4e20cc00, 0x4ea0cc00, 0x4ea08400
	wordORR, wordAND, wordBIC, wordBIT       = 0x4ea01c00, 0x4e201c00, 0x4e601c00, 0x6ea01c00
	wordFCMGT, wordCMHS, wordCMHI, wordUMAX  = 0x6ea0e400, 0x6ea03c00, 0x6ea03400, 0x6ea06400
)

func (g *arm64) mov(d, n int) { g.three("orr", wordORR, d, n, n) }

func (g *arm64) function(k *kernel) {
	out := g.out
	if k.neon > 0 {
		short := *k
		short.unroll = k.neon
		k = &short
	}
	widest(k, out, func(copies int, _ bool, s *strings.Builder) {
		g.out = s
		g.write(k, copies)
	})
	g.out = out
}

func (g *arm64) write(k *kernel, copies int) {
	g.k, g.consts, g.held = k, nil, map[int]int{}
	code, values, _ := k.build(&g.consts, false, k.body)
	top := 32
	pin := func() int { top--; return top }
	size, retAt := k.argBytes()
	frame := 16 * len(k.slices())
	fmt.Fprintf(g.out, "\n%s\nTEXT ·%sNEON(SB), NOSPLIT, $%d-%d\n", comment(k), k.name, frame, size)
	for i, s := range k.slices() {
		g.ins("MOVD %s_base+%d(FP), R%d", s, k.frameOf(s), arm64Pointers[i])
	}
	g.ins("MOVD %s_len+%d(FP), R5", k.slices()[0], k.frameOf(k.slices()[0])+8)
	g.scal = nil
	for i, s := range k.scalars() {
		if s.field > 0 && k.idle(i) {
			g.scal = append(g.scal, -1)
			continue
		}
		r := pin()
		g.scal = append(g.scal, r)
		switch {
		case s.field == 0:
			g.ins("MOVD %s+%d(FP), R7", s.ptr, s.frame)
			fallthrough
		case s.field > 0:
			g.ins("MOVWU %d(R7), R6 // %s", s.field, s.name)
		default:
			g.ins("MOVWU %s+%d(FP), R6", s.name, s.frame)
		}
		g.ins("VDUP R6, V%d.S4", r)
	}
	g.acc = nil
	for range accCount(k, copies) {
		r := pin()
		g.acc = append(g.acc, r)
		if k.ret == "max" {
			g.constant(0xff800000, r)
		} else {
			g.ins("VEOR V%d.B16, V%d.B16, V%d.B16", r, r, r)
		}
	}
	g.count = -1
	for _, in := range code {
		if in.op == opCounter {
			g.count, g.step = pin(), pin()
			g.ins("MOVD $laneIndex<>(SB), R6")
			g.ins("FMOVQ (R6), F%d", g.count)
			g.three("add", wordADD, g.count, g.count, g.scal[in.a.id])
			g.constant(4, g.step)
		}
	}
	g.pinned = nil
	for _, c := range g.consts {
		r := pin()
		g.pinned = append(g.pinned, r)
		g.constant(c, r)
	}
	if k.ret != "" {
		g.mask = pin()
	}
	g.limit = top
	if copies > 1 {
		round, n := interleave(code, values, copies)
		g.loop(round, n, "round", copies)
	}
	g.loop(code, values, "vector", 1)
	g.ins("CBZ R5, done")
	g.tailBody(code, values)
	fmt.Fprintf(g.out, "done:\n")
	g.finish(retAt)
	g.ins("RET")
	g.slowBodies(copies)
}

// slowBodies writes what the guards leave for, out of the way of the loops.
func (g *arm64) slowBodies(copies int) {
	if g.k.slow == nil {
		return
	}
	one, n, _ := g.k.build(&g.consts, false, g.k.slow)
	g.copies = 1
	if copies > 1 {
		fmt.Fprintf(g.out, "slowRound:\n")
		all, values := follow(one, n, copies)
		g.body(all, values, false)
		g.ins("JMP roundNext")
	}
	fmt.Fprintf(g.out, "slowVector:\n")
	g.body(one, n, false)
	g.ins("JMP vectorNext")
	fmt.Fprintf(g.out, "slowTail:\n")
	g.body(one, n, true)
	g.ins("JMP tailNext")
}

func (g *arm64) constant(bits uint32, r int) {
	g.ins("MOVD $0x%08x, R6 // %s", bits, meaning(bits))
	g.ins("VDUP R6, V%d.S4", r)
}

func (g *arm64) loop(code []instr, values int, label string, copies int) {
	step := 4 * copies
	g.copies, g.slow = copies, map[string]string{"round": "slowRound", "vector": "slowVector"}[label]
	g.ins("CMP $%d, R5", step)
	g.ins("BLT %sEnd", label)
	fmt.Fprintf(g.out, "%s:\n", label)
	g.body(code, values, false)
	if g.k.slow != nil {
		fmt.Fprintf(g.out, "%sNext:\n", label)
	}
	for i := range g.k.slices() {
		g.ins("ADD $%d, R%d", 4*step, arm64Pointers[i])
	}
	g.ins("SUB $%d, R5", step)
	g.ins("CMP $%d, R5", step)
	g.ins("BGE %s", label)
	fmt.Fprintf(g.out, "%sEnd:\n", label)
}

// tailBody copies the last elements to the frame, runs one vector there, and copies the outputs back.
func (g *arm64) tailBody(code []instr, values int) {
	slices := g.k.slices()
	loaded, stored := map[string]bool{}, map[string]bool{}
	for _, in := range code {
		loaded[in.slice] = loaded[in.slice] || in.op == opLoad
		stored[in.slice] = stored[in.slice] || in.op == opStore
	}
	g.ins("MOVD $tail-%d(SP), R10", 16*len(slices))
	for i, s := range slices {
		if !loaded[s] {
			continue
		}
		g.ins("STP (ZR, ZR), %d(R10)", 16*i)
		g.ins("ADD $%d, R10, R12", 16*i)
		g.ins("MOVD R5, R6")
		fmt.Fprintf(g.out, "in%d:\n", i)
		g.ins("SUB $1, R6")
		g.ins("MOVWU (R%d)(R6<<2), R11", arm64Pointers[i])
		g.ins("MOVW R11, (R12)(R6<<2)")
		g.ins("CBNZ R6, in%d", i)
	}
	if g.k.ret != "" {
		g.ins("MOVD $laneMask<>+16(SB), R6")
		g.ins("SUB R5<<2, R6, R6")
		g.ins("FMOVQ (R6), F%d", g.mask)
	}
	g.copies, g.slow = 1, "slowTail"
	g.body(code, values, true)
	if g.k.slow != nil {
		fmt.Fprintf(g.out, "tailNext:\n")
	}
	for i, s := range slices {
		if !stored[s] {
			continue
		}
		g.ins("ADD $%d, R10, R12", 16*i)
		g.ins("MOVD R5, R6")
		fmt.Fprintf(g.out, "out%d:\n", i)
		g.ins("SUB $1, R6")
		g.ins("MOVWU (R12)(R6<<2), R11")
		g.ins("MOVW R11, (R%d)(R6<<2)", arm64Pointers[i])
		g.ins("CBNZ R6, out%d", i)
	}
}

func (g *arm64) body(code []instr, values int, tail bool) {
	g.tail = tail
	g.reg = make([]int, values)
	g.busy = [32]bool{}
	last := lastUses(code, values)
	for i, in := range code {
		g.hold(in)
		g.instr(in, func(r ref) int {
			if r.kind == value && last[r.id] == i {
				return g.reg[r.id]
			}
			return -1
		})
		for _, r := range []ref{in.a, in.b, in.c} {
			if r.kind == value && last[r.id] == i && (in.d < 0 || g.reg[r.id] != g.reg[in.d]) {
				g.busy[g.reg[r.id]] = false
			}
		}
		if in.d >= 0 && last[in.d] == i {
			g.busy[g.reg[in.d]] = false
		}
		for x, r := range g.held {
			g.busy[r] = false
			delete(g.held, x)
		}
	}
	if g.count >= 0 {
		g.three("add", wordADD, g.count, g.count, g.step)
	}
}

// hold loads the constants of an instruction that are not pinned: those of slow bodies.
func (g *arm64) hold(in instr) {
	for _, x := range []ref{in.a, in.b, in.c} {
		if _, ok := g.held[x.id]; x.kind != constant || x.id < len(g.pinned) || ok {
			continue
		}
		r := g.temp()
		g.constant(g.consts[x.id], r)
		g.busy[r], g.held[x.id] = true, r
	}
}

func (g *arm64) alloc(v int, offer ...int) int {
	for _, r := range offer {
		if r >= 0 {
			g.reg[v] = r
			return r
		}
	}
	r := g.temp()
	g.busy[r], g.reg[v] = true, r
	return r
}

func (g *arm64) temp() int {
	for r := range g.limit {
		if !g.busy[r] {
			return r
		}
	}
	panic(outOfRegisters("rowgen: " + g.k.name + ": out of registers"))
}

func (g *arm64) r(x ref) int {
	switch x.kind {
	case value:
		return g.reg[x.id]
	case scalar:
		return g.scal[x.id]
	default:
		if r, ok := g.held[x.id]; ok {
			return r
		}
		return g.pinned[x.id]
	}
}

func (g *arm64) address(in instr) string {
	for i, s := range g.k.slices() {
		if s != in.slice {
			continue
		}
		if g.tail {
			return fmt.Sprintf("%d(R10)", 16*i)
		}
		return fmt.Sprintf("%d(R%d)", 16*in.copy, arm64Pointers[i])
	}
	panic("rowgen: no slice " + in.slice)
}

func (g *arm64) instr(in instr, free func(ref) int) {
	switch in.op {
	case opLoad:
		g.ins("FMOVQ %s, F%d // %s", g.address(in), g.alloc(in.d), in.slice)
	case opStore:
		g.ins("FMOVQ F%d, %s // %s", g.r(in.a), g.address(in), in.slice)
	case opSqrt:
		n := g.r(in.a)
		d := g.alloc(in.d, free(in.a))
		g.ins("WORD $0x%08x // fsqrt v%d.4s, v%d.4s", 0x6ea1f800|uint32(n)<<5|uint32(d), d, n)
	case opShrI:
		n := g.r(in.a)
		d := g.alloc(in.d, free(in.a))
		g.ins("WORD $0x%08x // ushr v%d.4s, v%d.4s, #%d", 0x6f000400|uint32(64-in.imm)<<16|uint32(n)<<5|uint32(d), d, n, in.imm)
	case opFMA, opFNMA:
		name, base := "fmla", uint32(wordFMLA)
		if in.op == opFNMA {
			name, base = "fmls", wordFMLS
		}
		a, b, c := g.r(in.a), g.r(in.b), g.r(in.c)
		d := g.alloc(in.d, free(in.c))
		if d != c {
			g.mov(d, c)
		}
		g.three(name, base, d, a, b)
	case opPow2:
		a, t := g.r(in.a), g.r(in.c)
		d := g.alloc(in.d, free(in.c))
		g.ins("WORD $0x%08x // shl v%d.4s, v%d.4s, #23", 0x4f005400|(32+23)<<16|uint32(t)<<5|uint32(d), d, t)
		g.three("add", wordADD, d, d, a)
	case opFlush: // the comparison is false for NaN
		a, x, lo := g.r(in.a), g.r(in.b), g.r(in.c)
		d := g.alloc(in.d, free(in.b))
		g.three("fcmgt", wordFCMGT, d, lo, x)
		g.three("bic", wordBIC, d, a, d)
	case opInf:
		a, x, hi := g.r(in.a), g.r(in.b), g.r(in.c)
		t := g.temp()
		g.three("fcmgt", wordFCMGT, t, x, hi)
		g.busy[t] = true
		d := g.alloc(in.d, free(in.a))
		g.busy[t] = false
		if d != a {
			g.mov(d, a)
		}
		for i, c := range g.consts {
			if c == 0x7f800000 {
				g.three("bit", wordBIT, d, g.pinned[i], t)
			}
		}
	case opKeep:
		x, h, limit := g.r(in.a), g.r(in.b), g.r(in.c)
		d := g.alloc(in.d, free(in.b))
		g.three("cmhs", wordCMHS, d, h, limit)
		g.three("and", wordAND, d, x, d)
	case opCounter:
		g.mov(g.alloc(in.d), g.count)
	case opAccAdd, opAccMax, opAccFMA:
		g.accumulate(in)
	case opGuard:
		g.guard(in)
	default:
		op := arm64Binary[in.op]
		n, m := g.r(in.a), g.r(in.b)
		g.three(op.name, op.base, g.alloc(in.d, free(in.a), free(in.b)), n, m)
	}
}

// guard gathers the largest lanes of all copies and leaves for the slow body if one is above the limit.
func (g *arm64) guard(in instr) {
	x := g.r(in.a)
	switch {
	case in.copy == 0:
		g.worst = x
	case in.copy == 1:
		first := g.worst
		g.worst = g.temp()
		g.busy[g.worst] = true
		g.three("umax", wordUMAX, g.worst, first, x)
	default:
		g.three("umax", wordUMAX, g.worst, g.worst, x)
	}
	if in.copy < g.copies-1 {
		return
	}
	t := g.temp()
	g.three("cmhi", wordCMHI, t, g.worst, g.r(in.b))
	g.ins("WORD $0x%08x // umaxv s%d, v%d.4s", 0x6eb0a800|uint32(t)<<5|uint32(t), t, t)
	g.ins("FMOVS F%d, R6", t)
	g.ins("CBNZW R6, %s", g.slow)
	if g.copies > 1 {
		g.busy[g.worst] = false
	}
}

func (g *arm64) accumulate(in instr) {
	x, acc := g.r(in.a), g.acc[in.copy]
	switch {
	case in.op == opAccFMA:
		g.three("fmla", wordFMLA, acc, x, g.r(in.b))
	case in.op == opAccAdd && g.tail:
		t := g.temp()
		g.three("and", wordAND, t, x, g.mask)
		g.three("fadd", wordFADD, acc, acc, t)
	case in.op == opAccAdd:
		g.three("fadd", wordFADD, acc, acc, x)
	case g.tail:
		t := g.temp()
		g.three("fmax", wordFMAX, t, acc, x)
		g.three("bit", wordBIT, acc, t, g.mask)
	default:
		g.three("fmax", wordFMAX, acc, acc, x)
	}
}

func (g *arm64) finish(retAt int) {
	if g.k.ret == "" {
		return
	}
	name, base, pair := "fadd", uint32(wordFADD), uint32(wordFADDP)
	if g.k.ret == "max" {
		name, base, pair = "fmax", wordFMAX, wordFMAXP
	}
	for n := len(g.acc); n > 1; n = (n + 1) / 2 {
		for i := range n / 2 {
			g.three(name, base, g.acc[i], g.acc[i], g.acc[i+(n+1)/2])
		}
	}
	r := g.acc[0]
	g.three(name+"p", pair, r, r, r)
	g.three(name+"p", pair, r, r, r)
	g.ins("FMOVS F%d, ret+%d(FP)", r, retAt)
}

func arm64File(list []*kernel) string {
	var body, s strings.Builder
	g := &arm64{out: &body}
	for _, k := range list {
		g.function(k)
	}
	s.WriteString(header + "//go:build !purego\n\n#include \"textflag.h\"\n")
	for _, t := range []struct {
		name  string
		words []uint32
	}{{"laneIndex", []uint32{0, 1, 2, 3}}, {"laneMask", []uint32{1<<32 - 1, 1<<32 - 1, 1<<32 - 1, 1<<32 - 1, 0, 0, 0, 0}}} {
		if !strings.Contains(body.String(), t.name+"<>") {
			continue
		}
		s.WriteString("\n")
		for i, w := range t.words {
			fmt.Fprintf(&s, "DATA %s<>+%d(SB)/4, $0x%08x\n", t.name, 4*i, w)
		}
		fmt.Fprintf(&s, "GLOBL %s<>(SB), RODATA|NOPTR, $%d\n", t.name, 4*len(t.words))
	}
	return s.String() + body.String()
}
