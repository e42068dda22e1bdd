package rowgen

import (
	"fmt"
	"slices"
	"strings"
)

// amd64 writes kernels for AVX2 (width 8, registers Y) or AVX-512 (width 16, registers Z). Register plan:
//
//	DI SI DX R8 R9 R10 R12 R13  slices in order of declaration      CX  elements left
//	AX    index of the next element           BX  scratch           R11  struct of scalars
//	R13   in deep kernels, places on the stack
//	the last register of the values: lane mask of the tail (AVX2)
//	K1  lane mask of the tail (AVX-512), K2 comparisons
//
// Values take registers from 0 upwards; scalars, accumulators and constants are pinned from the top downwards. AVX2
// constants, and the scalars of a struct, are memory operands, except where an instruction wants a register.
type amd64 struct {
	wide   bool // AVX-512
	out    *strings.Builder
	k      *kernel
	consts []uint32
	pinned map[int]int // constant -> register
	scal   []int       // scalar -> register, -1: read from its struct each time
	acc    []int
	count  int // counter register, -1 if none
	limit  int // registers [0, limit) are free for values
	copies int // vectors that stand side by side in the code being written
	shared bool
	places int         // on the stack, of a vector
	held   map[ref]int // operands in memory that the copies of an instruction share -> register
	worst  int         // register of a guard's largest lanes
	slow   string      // label of the body a guard leaves for
	tail   bool
	reg    []int // value -> register
	busy   [32]bool
	used   map[uint32]bool // constants that need a table
}

var amd64Pointers = []string{"DI", "SI", "DX", "R8", "R9", "R10", "R12", "R13"}

func (g *amd64) width() int {
	if g.wide {
		return 16
	}
	return 8
}

func (g *amd64) r(n int) string {
	if g.wide {
		return fmt.Sprintf("Z%d", n)
	}
	return fmt.Sprintf("Y%d", n)
}

func (g *amd64) suffix() string {
	if g.wide {
		return "AVX512"
	}
	return "AVX2"
}

func (g *amd64) ins(format string, args ...any) { fmt.Fprintf(g.out, "\t"+format+"\n", args...) }

// function writes one TEXT.
func (g *amd64) function(k *kernel) {
	out := g.out
	widest(k, out, func(copies int, shared bool, s *strings.Builder) {
		g.out, g.shared = s, shared
		g.write(k, copies)
	})
	g.out = out
}

func (g *amd64) write(k *kernel, copies int) {
	g.k, g.consts, g.pinned, g.held = k, nil, map[int]int{}, map[ref]int{}
	deep := 0
	if !g.wide && k.deep > 0 {
		deep, copies, g.shared = k.deep, k.deep/2, true
	}
	code, values, places := k.build(&g.consts, deep > 0, k.body)
	g.places = places
	top := 32
	if !g.wide {
		top = 16
	}
	pin := func() int { top--; return top }
	size, retAt := k.argBytes()
	frame := 0
	if places > 0 {
		frame = 32*places*deep + 32
	}
	fmt.Fprintf(g.out, "\n%s\nTEXT ·%s%s(SB), NOSPLIT, $%d-%d\n", comment(k), k.name, g.suffix(), frame, size)
	for i, s := range k.slices() {
		g.ins("MOVQ %s_base+%d(FP), %s", s, k.frameOf(s), amd64Pointers[i])
	}
	g.ins("MOVQ %s_len+%d(FP), CX", k.slices()[0], k.frameOf(k.slices()[0])+8)
	if frame > 0 {
		g.ins("LEAQ places-%d(SP), R13", frame)
		g.ins("ADDQ $31, R13")
		g.ins("ANDQ $~31, R13")
	}
	g.scal = nil
	for i, s := range k.scalars() {
		if s.field > 0 && k.idle(i) {
			g.scal = append(g.scal, -1)
			continue
		}
		g.scal = append(g.scal, g.loadScalar(s, pin))
	}
	g.acc = nil
	for range accCount(k, copies) {
		r := pin()
		g.acc = append(g.acc, r)
		if k.ret == "max" {
			g.constant(0xff800000, r)
		} else {
			g.ins("VPXOR%s %s, %s, %s", g.dq(), g.r(r), g.r(r), g.r(r))
		}
	}
	g.count = -1
	for _, in := range code {
		if in.op == opCounter {
			g.count = pin()
			g.ins("%s laneIndex<>(SB), %s", g.loadInt(), g.r(g.count))
			g.ins("VPADDD %s, %s, %s", g.r(g.scal[in.a.id]), g.r(g.count), g.r(g.count))
		}
	}
	g.pinConstants(code, pin)
	g.limit = top
	g.ins("XORQ AX, AX")
	switch {
	case deep > 0:
		round, n := interleave(code, values, deep)
		g.loop(round, n, "round", deep)
		half, n := interleave(code, values, copies)
		g.loop(half, n, "half", copies)
	case copies > 1:
		round, n := interleave(code, values, copies)
		g.loop(round, n, "round", copies)
	}
	g.loop(code, values, "vector", 1)
	g.ins("TESTQ CX, CX")
	g.ins("JZ done")
	if g.wide {
		g.ins("MOVL $1, BX")
		g.ins("SHLL CX, BX")
		g.ins("DECL BX")
		g.ins("KMOVW BX, K1")
	} else {
		g.ins("LEAQ laneMask<>(SB), BX")
		g.ins("NEGQ CX")
		g.ins("VMOVDQU 32(BX)(CX*4), %s", g.mask())
	}
	g.copies, g.slow = 1, "slowTail"
	g.body(code, values, true)
	fmt.Fprintf(g.out, "done:\n")
	g.finish(retAt)
	g.ins("VZEROUPPER")
	g.ins("RET")
	g.slowBodies(copies)
}

// slowBodies writes what the guards leave for, out of the way of the loops.
func (g *amd64) slowBodies(copies int) {
	if g.k.slow == nil {
		return
	}
	one, n, _ := g.k.build(&g.consts, false, g.k.slow)
	g.copies = 1
	if copies > 1 {
		label := "round"
		if g.deep() {
			label = "half"
		}
		fmt.Fprintf(g.out, "%s:\n", slowLabels[label])
		all, values := follow(one, n, copies)
		g.body(all, values, false)
		g.ins("JMP %sNext", label)
	}
	fmt.Fprintf(g.out, "slowVector:\n")
	g.body(one, n, false)
	g.ins("JMP vectorNext")
	fmt.Fprintf(g.out, "slowTail:\n")
	g.body(one, n, true)
	g.ins("JMP done")
}

func comment(k *kernel) string {
	return "// func " + k.name + "(" + k.signature() + ")" + map[bool]string{true: " float32"}[k.ret != ""] + "\n// " + k.doc
}

func accCount(k *kernel, copies int) int {
	if k.ret == "" {
		return 0
	}
	return copies
}

func (g *amd64) dq() string {
	if g.wide {
		return "Q"
	}
	return ""
}

func (g *amd64) loadInt() string {
	if g.wide {
		return "VMOVDQU32"
	}
	return "VMOVDQU"
}

// loadScalar broadcasts a scalar to a pinned register, or leaves those of a struct in memory: on AVX2, and where there
// are many.
func (g *amd64) loadScalar(s scalarArg, pin func() int) int {
	if s.field >= 0 {
		if s.field == 0 {
			g.ins("MOVQ %s+%d(FP), R11", s.ptr, s.frame)
		}
		if !g.wide || g.k.slow != nil {
			return -1
		}
		r := pin()
		g.ins("VBROADCASTSS %d(R11), %s // %s", s.field, g.r(r), s.name)
		return r
	}
	r := pin()
	if s.isWord {
		g.ins("MOVL %s+%d(FP), BX", s.name, s.frame)
		g.ins("VMOVD BX, X0")
		g.ins("VPBROADCASTD X0, %s", g.r(r))
	} else {
		g.ins("VBROADCASTSS %s+%d(FP), %s", s.name, s.frame, g.r(r))
	}
	return r
}

func (g *amd64) constant(bits uint32, r int) {
	g.used[bits] = true
	if g.wide {
		g.ins("VBROADCASTSS c%08x<>(SB), %s // %s", bits, g.r(r), meaning(bits))
	} else {
		g.ins("VMOVUPS c%08x<>(SB), %s // %s", bits, g.r(r), meaning(bits))
	}
}

// pinConstants keeps constants in registers: all on AVX-512, those that must be on AVX2.
func (g *amd64) pinConstants(code []instr, pin func() int) {
	want := map[int]bool{}
	for _, in := range code {
		if in.op == opMin || in.op == opMax {
			want[in.b.id] = in.b.kind == constant
		}
		if in.op == opInf || in.op == opPow2 && in.a.kind == constant || in.op == opDiv && in.a.kind == constant {
			for _, r := range []ref{in.a, in.c} {
				if r.kind == constant {
					want[r.id] = true
				}
			}
		}
	}
	for i, c := range g.consts {
		if g.wide || want[i] {
			g.pinned[i] = pin()
			g.constant(c, g.pinned[i])
		}
	}
}

func (g *amd64) loop(code []instr, values int, label string, copies int) {
	step := copies * g.width()
	g.copies, g.slow = copies, slowLabels[label]
	if g.deep() && label == "round" {
		g.slow = "half"
	}
	g.ins("CMPQ CX, $%d", step)
	g.ins("JLT %sEnd", label)
	fmt.Fprintf(g.out, "%s:\n", label)
	if copies > 1 {
		g.callAhead(4 * step)
	}
	g.body(code, values, false)
	if g.k.slow != nil && g.slow != "half" {
		fmt.Fprintf(g.out, "%sNext:\n", label)
	}
	g.ins("ADDQ $%d, AX", step)
	g.ins("SUBQ $%d, CX", step)
	if label == "half" && g.k.slow != nil { // back from where a guard of the deep round left for
		g.ins("CMPQ CX, $%d", 2*step)
		g.ins("JGE round")
	}
	g.ins("CMPQ CX, $%d", step)
	g.ins("JGE %s", label)
	fmt.Fprintf(g.out, "%sEnd:\n", label)
}

var slowLabels = map[string]string{"round": "slowRound", "half": "slowHalf", "vector": "slowVector"}

// deep reports whether the kernel being written has deep rounds, whose guards leave for the round of half as many.
func (g *amd64) deep() bool { return !g.wide && g.k.deep > 0 }

// free is how many registers values may take.
func (g *amd64) free() int {
	if g.tail && !g.wide {
		return g.limit - 1
	}
	return g.limit
}

// mask is the register of the tail's lanes on AVX2.
func (g *amd64) mask() string { return g.r(g.limit - 1) }

// aheadBytes is what a core has on the way from memory, at 18 GB/s and 100 ns, rounded up. The hardware's prefetcher falls
// behind where a row that is in the caches is read beside one that is not, and stops at pages; past the end of a row stands
// the next one. Kernels that compute much for an element lose by it (GeGLU, the loss).
const aheadBytes = 2048

// callAhead calls in the lines of a round.
func (g *amd64) callAhead(bytes int) {
	for i, s := range g.k.slices() {
		if !slices.Contains(g.k.ahead, s) {
			continue
		}
		for at := 0; at < bytes; at += 64 {
			g.ins("PREFETCHT0 %d(%s)(AX*4)", aheadBytes+at, amd64Pointers[i])
		}
	}
}

func (g *amd64) body(code []instr, values int, tail bool) {
	g.tail = tail
	g.reg = make([]int, values)
	g.busy = [32]bool{}
	last := lastUses(code, values)
	for i, in := range code {
		if g.shared && g.copies > 1 && in.copy == 0 {
			g.hold(in)
		}
		g.instr(in, func(r ref) bool { return r.kind == value && last[r.id] == i })
		for _, r := range []ref{in.a, in.b, in.c} {
			if r.kind == value && last[r.id] == i && (in.d < 0 || g.reg[r.id] != g.reg[in.d]) {
				g.busy[g.reg[r.id]] = false
			}
		}
		if in.d >= 0 && last[in.d] == i {
			g.busy[g.reg[in.d]] = false
		}
		if in.copy == g.copies-1 {
			for x, r := range g.held {
				g.busy[r] = false
				delete(g.held, x)
			}
		}
	}
	if g.count >= 0 {
		g.ins("VPADDD laneStep<>(SB), %s, %s", g.r(g.count), g.r(g.count))
	}
}

// hold loads the operands in memory of an instruction once for all its copies.
func (g *amd64) hold(in instr) {
	if in.op == opGuard || in.op == opSet { // the one reads its limit once as it is, the other is for values apart
		return
	}
	for _, x := range []ref{in.a, in.b, in.c} {
		if _, memory := g.operand(x); !memory || x.kind != scalar && x.kind != constant {
			continue
		}
		r := g.temp()
		g.fetch(x, r)
		g.busy[r], g.held[x] = true, r
	}
}

// alloc takes a register for a value: one of the dying operands offered, or a free one.
func (g *amd64) alloc(v int, offer ...int) int {
	for _, r := range offer {
		if r >= 0 {
			g.reg[v] = r
			return r
		}
	}
	for r := range g.free() {
		if !g.busy[r] {
			g.busy[r], g.reg[v] = true, r
			return r
		}
	}
	panic(outOfRegisters("rowgen: " + g.k.name + ": out of registers"))
}

// temp finds a free register without taking it.
func (g *amd64) temp(not ...int) int {
	for r := range g.free() {
		ok := !g.busy[r]
		for _, n := range not {
			ok = ok && r != n
		}
		if ok {
			return r
		}
	}
	panic(outOfRegisters("rowgen: " + g.k.name + ": out of registers"))
}

// operand spells a ref; memory reports that it is a memory operand.
func (g *amd64) operand(x ref) (s string, memory bool) {
	if r, ok := g.held[x]; ok {
		return g.r(r), false
	}
	switch x.kind {
	case value:
		return g.r(g.reg[x.id]), false
	case scalar:
		if r := g.scal[x.id]; r >= 0 {
			return g.r(r), false
		}
	case constant:
		if r, ok := g.pinned[x.id]; ok {
			return g.r(r), false
		}
		g.used[g.consts[x.id]] = true
		return fmt.Sprintf("c%08x<>(SB)", g.consts[x.id]), true
	}
	return "", true
}

// register spells a ref as a register, loading it into a temporary where it is in memory.
func (g *amd64) register(x ref, not ...int) string {
	if s, memory := g.operand(x); !memory {
		return s
	}
	r := g.temp(not...)
	g.fetch(x, r)
	return g.r(r)
}

// fetch loads an operand in memory.
func (g *amd64) fetch(x ref, r int) {
	if x.kind == scalar {
		a := g.k.scalars()[x.id]
		g.ins("VBROADCASTSS %d(R11), %s // %s", a.field, g.r(r), a.name)
	} else {
		g.constant(g.consts[x.id], r)
	}
}

// any spells a ref as the one operand that may be memory.
func (g *amd64) any(x ref, not ...int) string {
	if s, memory := g.operand(x); !memory || x.kind == constant && !g.wide {
		return s
	}
	return g.register(x, not...)
}

func (g *amd64) address(in instr) string {
	for i, s := range g.k.slices() {
		if s == in.slice {
			if d := in.copy * g.width() * 4; d > 0 {
				return fmt.Sprintf("%d(%s)(AX*4)", d, amd64Pointers[i])
			}
			return fmt.Sprintf("(%s)(AX*4)", amd64Pointers[i])
		}
	}
	panic("rowgen: no slice " + in.slice)
}
