package rowgen

import (
	"math"
	"strings"
)

// ref is an operand: a value of the body, a constant or a scalar parameter.
type ref struct {
	kind refKind
	id   int
}

type refKind uint8

const (
	none refKind = iota
	value
	constant
	scalar
	parked // a place on the stack
)

// opcode of an instruction of the body. Lanes are float32 unless the name ends in i (32-bit integers).
type opcode uint8

const (
	opLoad      opcode = iota // d = slice[i…]
	opStore                   // slice[i…] = a
	opAdd                     // d = a + b
	opSub                     // d = a - b
	opMul                     // d = a * b
	opDiv                     // d = a / b
	opSqrt                    // d = √a
	opMin                     // d = min(a, b), NaN of a kept; b is a constant
	opMax                     // d = max(a, b), NaN of a kept; b is a constant
	opPlainMax                // d = max(a, b), NaN unspecified
	opFMA                     // d = a*b + c, one rounding
	opFNMA                    // d = c - a*b, one rounding
	opPow2                    // d = a * 2^n; b is n as a float, c holds n in its low bits
	opFlush                   // d = a where not b < c, else 0
	opInf                     // d = +Inf where b > c, else a
	opAddI                    // d = a + b
	opMulI                    // d = a * b
	opXorI                    // d = a ^ b
	opShrI                    // d = a >> imm
	opAndI                    // d = a & b
	opOrI                     // d = a | b
	opKeep                    // d = a where b >= c as unsigned, else 0
	opCounter                 // d = the element's index plus the scalar a
	opAccAdd                  // accumulator += a
	opAccFMA                  // accumulator += a*b (zero for absent lanes, as those are loaded as zero)
	opAccMax                  // accumulator = max(accumulator, a)
	opSet                     // d = a, a constant or scalar
	opPark                    // place imm on the stack = a
	opParkShift               // place imm on the stack = a << 23
	opUnpark                  // d = place imm
	opGuard                   // the slow body takes over unless every lane of a, as bits, is at most b (a >= 0; NaN is above)
)

type instr struct {
	op      opcode
	d       int // value defined, or -1
	a, b, c ref
	slice   string
	imm     int
	copy    int // which vector of a round this belongs to
}

// builder collects one body.
type builder struct {
	k      *kernel
	code   []instr
	values int
	places int // on the stack
	consts *[]uint32
	// few: there are 16 registers. Bodies then keep less in them: they read what they need again from memory, and many
	// vectors stand side by side, whose constants are loaded once for all.
	few bool
}

func (b *builder) emit(op opcode, a, x, c ref) ref {
	b.code = append(b.code, instr{op: op, d: b.values, a: a, b: x, c: c})
	b.values++
	return ref{value, b.values - 1}
}

func (b *builder) effect(op opcode, a, x ref) {
	b.code = append(b.code, instr{op: op, d: -1, a: a, b: x})
}

func (b *builder) load(slice string) ref {
	r := b.emit(opLoad, ref{}, ref{}, ref{})
	b.code[len(b.code)-1].slice = slice
	return r
}

func (b *builder) store(slice string, v ref) {
	b.effect(opStore, v, ref{})
	b.code[len(b.code)-1].slice = slice
}

func (b *builder) bits(u uint32) ref {
	for i, c := range *b.consts {
		if c == u {
			return ref{constant, i}
		}
	}
	*b.consts = append(*b.consts, u)
	return ref{constant, len(*b.consts) - 1}
}

func (b *builder) num(f float64) ref { return b.bits(math.Float32bits(float32(f))) }

func (b *builder) arg(name string) ref {
	for i, s := range b.k.scalars() {
		if s.name == name {
			return ref{scalar, i}
		}
	}
	panic("rowgen: " + b.k.name + ": no scalar " + name)
}

func (b *builder) add(x, y ref) ref      { return b.emit(opAdd, x, y, ref{}) }
func (b *builder) sub(x, y ref) ref      { return b.emit(opSub, x, y, ref{}) }
func (b *builder) mul(x, y ref) ref      { return b.emit(opMul, x, y, ref{}) }
func (b *builder) div(x, y ref) ref      { return b.emit(opDiv, x, y, ref{}) }
func (b *builder) sqrt(x ref) ref        { return b.emit(opSqrt, x, ref{}, ref{}) }
func (b *builder) min(x, c ref) ref      { return b.emit(opMin, x, c, ref{}) }
func (b *builder) max(x, c ref) ref      { return b.emit(opMax, x, c, ref{}) }
func (b *builder) plainMax(x, y ref) ref { return b.emit(opPlainMax, x, y, ref{}) }
func (b *builder) fma(x, y, z ref) ref   { return b.emit(opFMA, x, y, z) }
func (b *builder) fnma(x, y, z ref) ref  { return b.emit(opFNMA, x, y, z) }
func (b *builder) pow2(x, n, t ref) ref  { return b.emit(opPow2, x, n, t) }
func (b *builder) flush(p, x, lo ref) ref {
	return b.emit(opFlush, p, x, lo)
}
func (b *builder) inf(p, x, hi ref) ref     { return b.emit(opInf, p, x, hi) }
func (b *builder) addi(x, y ref) ref        { return b.emit(opAddI, x, y, ref{}) }
func (b *builder) muli(x, y ref) ref        { return b.emit(opMulI, x, y, ref{}) }
func (b *builder) xori(x, y ref) ref        { return b.emit(opXorI, x, y, ref{}) }
func (b *builder) andi(x, y ref) ref        { return b.emit(opAndI, x, y, ref{}) }
func (b *builder) ori(x, y ref) ref         { return b.emit(opOrI, x, y, ref{}) }
func (b *builder) keep(x, h, limit ref) ref { return b.emit(opKeep, x, h, limit) }
func (b *builder) counter(s ref) ref        { return b.emit(opCounter, s, ref{}, ref{}) }
func (b *builder) shri(x ref, n int) ref {
	r := b.emit(opShrI, x, ref{}, ref{})
	b.code[len(b.code)-1].imm = n
	return r
}
func (b *builder) accAdd(x ref)    { b.effect(opAccAdd, x, ref{}) }
func (b *builder) accFMA(x, y ref) { b.effect(opAccFMA, x, y) }
func (b *builder) accMax(x ref)    { b.effect(opAccMax, x, ref{}) }

func (b *builder) set(x ref) ref { return b.emit(opSet, x, ref{}, ref{}) }

// park keeps a value on the stack.
func (b *builder) park(op opcode, x ref) ref {
	b.effect(op, x, ref{})
	b.code[len(b.code)-1].imm = b.places
	b.places++
	return ref{parked, b.places - 1}
}

func (b *builder) unpark(x ref) ref {
	r := b.emit(opUnpark, ref{}, ref{}, ref{})
	b.code[len(b.code)-1].imm = x.id
	return r
}

// poly is c[0] + c[1]*x + …, by Horner's rule.
func (b *builder) poly(x ref, c ...ref) ref {
	h := c[len(c)-1]
	if b.few {
		h = b.set(h)
	}
	for i := len(c) - 2; i >= 0; i-- {
		h = b.fma(h, x, c[i])
	}
	return h
}

// guard leaves the body for the kernel's slow one, which does the same vectors over, before anything is stored or
// accumulated.
func (b *builder) guard(x, limit ref) { b.effect(opGuard, x, limit) }

// interleave makes one body of several copies, instruction by instruction: the chains of exp and tanh are long, and
// a scheduler of some sixty entries sees enough independent work only when the copies stand side by side.
func interleave(code []instr, values, copies int) ([]instr, int) {
	var out []instr
	for _, in := range code {
		for c := range copies {
			out = append(out, in.asCopy(c, values))
		}
	}
	return out, values * copies
}

// asCopy is the instruction for vector c of a round.
func (in instr) asCopy(c, values int) instr {
	in.copy = c
	if in.d >= 0 {
		in.d += c * values
	}
	for _, r := range []*ref{&in.a, &in.b, &in.c} {
		if r.kind == value {
			r.id += c * values
		}
	}
	return in
}

// follow makes one body of several copies, one after the other: for code that is seldom run.
func follow(code []instr, values, copies int) ([]instr, int) {
	var out []instr
	for c := range copies {
		for _, in := range code {
			out = append(out, in.asCopy(c, values))
		}
	}
	return out, values * copies
}

// outOfRegisters is what a backend panics with when a body is too wide.
type outOfRegisters string

// widest writes k with the largest number of copies up to k.unroll that the registers allow; with shared, an operand in
// memory is loaded once for all copies, if there is a register for it.
func widest(k *kernel, out *strings.Builder, write func(copies int, shared bool, out *strings.Builder)) {
	for copies := max(1, k.unroll); ; copies-- {
		for _, shared := range []bool{true, false} {
			var s strings.Builder
			if fits(copies == 1 && !shared, func() { write(copies, shared, &s) }) {
				out.WriteString(s.String())
				return
			}
		}
	}
}

// fits reports whether write had registers enough; if it must, it passes the panic on.
func fits(must bool, write func()) (ok bool) {
	defer func() {
		if v := recover(); v != nil {
			if _, small := v.(outOfRegisters); !small || must {
				panic(v)
			}
		}
	}()
	write()
	return true
}

// lastUses returns, for every value, the index of the last instruction that reads it.
func lastUses(code []instr, values int) []int {
	last := make([]int, values)
	for i, in := range code {
		if in.d >= 0 {
			last[in.d] = i
		}
		for _, r := range []ref{in.a, in.b, in.c} {
			if r.kind == value {
				last[r.id] = i
			}
		}
	}
	return last
}
