package rowgen

import (
	"fmt"
	"sort"
	"strings"
)

// kernels are the entries of rowOps that have vector twins.
var kernels = []*kernel{
	// A row's sum is made alone or while the row before it is written: with the same unroll, so that it has the same bits.
	{name: "sumSquares", doc: "Σ x²", params: p(slice, "x"), ret: "sum", unroll: 2, body: func(b *builder) {
		x := b.load("x")
		b.accFMA(x, x)
	}},
	{name: "dot", doc: "Σ a*b", params: p(slice, "a", "b"), ret: "sum", unroll: 4, body: func(b *builder) {
		b.accFMA(b.load("a"), b.load("b"))
	}},
	{name: "normScale", ahead: []string{"next"}, doc: "y = x*r*(1+w); returns Σ next²", params: join(p(slice, "y", "x", "w", "next"), p(float, "r")), ret: "sum", unroll: 2, stream: []string{"y"}, body: func(b *builder) {
		x, w := b.load("x"), b.load("w")
		b.store("y", b.mul(b.mul(x, b.arg("r")), b.add(w, b.num(1))))
		next := b.load("next")
		b.accFMA(next, next)
	}},
	{name: "normScaleAdd", ahead: []string{"res", "next"}, doc: "y = res + x*r*(1+w); returns Σ next²", params: join(p(slice, "y", "res", "x", "w", "next"), p(float, "r")), ret: "sum", unroll: 2, stream: []string{"y"}, body: func(b *builder) {
		x, w := b.load("x"), b.load("w")
		v, u := b.mul(x, b.arg("r")), b.add(w, b.num(1))
		b.store("y", b.fma(v, u, b.load("res")))
		next := b.load("next")
		b.accFMA(next, next)
	}},
	{name: "normDot", doc: "Σ dy*(1+w)*x", params: p(slice, "dy", "x", "w"), ret: "sum", unroll: 2, body: func(b *builder) {
		b.normDot("dy", "x", b.load("w"))
	}},
	{name: "normGrad", ahead: []string{"ndy", "nx"}, doc: "dx = r*(dy*(1+w) - x*c); returns Σ ndy*(1+w)*nx", params: join(p(slice, "dx", "dy", "x", "w", "ndy", "nx"), p(float, "r", "c")), ret: "sum", unroll: 2, stream: []string{"dx"}, body: func(b *builder) {
		w := b.load("w")
		b.store("dx", b.normGrad(w))
		b.normDot("ndy", "nx", w)
	}},
	{name: "normGradAdd", ahead: []string{"dx", "ndy", "nx"}, doc: "dx += r*(dy*(1+w) - x*c); returns Σ ndy*(1+w)*nx", params: join(p(slice, "dx", "dy", "x", "w", "ndy", "nx"), p(float, "r", "c")), ret: "sum", unroll: 2, body: func(b *builder) {
		w := b.load("w")
		d := b.normGrad(w)
		b.store("dx", b.add(d, b.load("dx")))
		b.normDot("ndy", "nx", w)
	}},
	{name: "mulScaleAdd", doc: "acc += a*b*r", params: join(p(slice, "acc", "a", "b"), p(float, "r")), unroll: 2, body: func(b *builder) {
		x := b.mul(b.load("a"), b.load("b"))
		b.store("acc", b.fma(x, b.arg("r"), b.load("acc")))
	}},
	{name: "rotate", doc: "(x1, x2) = (x1*cos - x2*sin, x2*cos + x1*sin)", params: p(slice, "x1", "x2", "cos", "sin"), unroll: 1, body: func(b *builder) {
		x1, x2, c, s := b.load("x1"), b.load("x2"), b.load("cos"), b.load("sin")
		u, v := b.mul(x1, c), b.mul(x1, s)
		b.store("x1", b.fnma(x2, s, u))
		b.store("x2", b.fma(x2, c, v))
	}},
	{name: "axpy", doc: "y += a*x", params: join(p(slice, "y"), p(float, "a"), p(slice, "x")), unroll: 2, body: func(b *builder) {
		b.store("y", b.fma(b.load("x"), b.arg("a"), b.load("y")))
	}},
	{name: "scale", stream: []string{"y"}, doc: "y = a*x", params: join(p(slice, "y"), p(float, "a"), p(slice, "x")), unroll: 2, body: func(b *builder) {
		b.store("y", b.mul(b.load("x"), b.arg("a")))
	}},
	{name: "copy", stream: []string{"y"}, doc: "y = x", params: p(slice, "y", "x"), unroll: 4, body: func(b *builder) {
		b.store("y", b.load("x"))
	}},
	{name: "add", stream: []string{"y"}, doc: "y = a + b", params: p(slice, "y", "a", "b"), unroll: 2, body: func(b *builder) {
		b.store("y", b.add(b.load("a"), b.load("b")))
	}},
	{name: "mul", stream: []string{"y"}, doc: "y = a*b", params: p(slice, "y", "a", "b"), unroll: 2, body: func(b *builder) {
		b.store("y", b.mul(b.load("a"), b.load("b")))
	}},
	{name: "columnMax", doc: "m = max(m, y)", params: p(slice, "m", "y"), unroll: 1, body: func(b *builder) {
		b.store("m", b.plainMax(b.load("m"), b.load("y")))
	}},
	{name: "scaleMax", doc: "y = a*x; returns max y", params: join(p(slice, "y", "x"), p(float, "a")), ret: "max", unroll: 2, body: func(b *builder) {
		y := b.mul(b.load("x"), b.arg("a"))
		b.accMax(y)
		b.store("y", y)
	}},
	{name: "capGrad", doc: "dx = g*(1 - (y*invCap)²)", params: join(p(slice, "dx", "g", "y"), p(float, "invCap")), unroll: 2, body: func(b *builder) {
		t := b.mul(b.load("y"), b.arg("invCap"))
		b.store("dx", b.mul(b.fnma(t, t, b.num(1)), b.load("g")))
	}},
	{name: "adamw", doc: "see adamwGeneric: no operation is fused", params: join(p(slice, "p", "g", "m", "v"), p(pointer, "c")),
		record: "adamwConsts", fields: []string{"gradScale", "beta1", "gain1", "beta2", "gain2", "decay", "rootBias", "eps", "step"}, unroll: 1, body: adamw},
	{name: "dropout", stream: []string{"y"}, doc: "see dropoutGeneric", params: join(p(slice, "y", "x"), p(float, "keep"), p(word, "limit", "k0", "k1", "i")), unroll: 1, body: func(b *builder) {
		b.store("y", b.dropout())
	}},
	{name: "dropoutAdd", doc: "see dropoutGeneric", params: join(p(slice, "y", "x"), p(float, "keep"), p(word, "limit", "k0", "k1", "i")), unroll: 1, body: func(b *builder) {
		v := b.dropout()
		b.store("y", b.add(b.load("y"), v))
	}},
}

// capped are the entries of the loss under a cap.
var capped = []*kernel{
	{name: "capExpSum", doc: "Σ e^y, y = cap*tanh(x/cap)", params: join(p(slice, "x"), p(pointer, "c")), record: "capConsts", fields: capFields, ret: "sum", unroll: 4, deep: 6, neon: 2,
		body: func(b *builder) { b.accAdd(b.exp2(b.capNear())) },
		slow: func(b *builder) { b.accAdd(b.exp2(b.capFar())) }},
	{name: "capLossGrad", doc: "z = gain*e^(y-lse)*(1-(y/cap)²), y = cap*tanh(x/cap)", params: join(p(slice, "z", "x"), p(pointer, "c")), record: "capConsts", fields: capFields, unroll: 4, deep: 6, neon: 2,
		body: func(b *builder) { b.capLossGrad(b.capNear()) },
		slow: func(b *builder) { b.capLossGrad(b.capFar()) }},
}

// kept are those for sum and gradient in one go, in which y takes the place of x in between.
var kept = []*kernel{
	{name: "capKeepSum", doc: "y = cap*tanh(x/cap)/ln 2; returns Σ e^(y ln 2)", params: join(p(slice, "y", "x"), p(pointer, "c")), record: "capConsts", fields: capFields, ret: "sum", unroll: 4, deep: 6, neon: 2,
		body: func(b *builder) { b.capKeepSum(b.capNear()) },
		slow: func(b *builder) { b.capKeepSum(b.capFar()) }},
	{name: "keptLossGrad", doc: "z = gain*e^(y ln 2-lse)*(1-(y ln 2/cap)²)", params: join(p(slice, "z", "y"), p(pointer, "c")), record: "capConsts", fields: capFields, unroll: 4, deep: 6,
		body: func(b *builder) {
			y := b.load("y")
			e := b.exp2(b.add(y, b.arg("shift")))
			if b.few {
				y = b.load("y")
			}
			b.store("z", b.mul(b.capSlope(y), e))
		}},
}

// transcendental are the entries that need exp or tanh; they make the second file.
var transcendental = []*kernel{
	{name: "exp", doc: "y = e^x", params: p(slice, "y", "x"), unroll: 4, body: func(b *builder) {
		x := b.load("x")
		b.num(inf)
		b.store("y", b.inf(b.exp(x), x, b.num(expHigh)))
	}},
	{name: "tanh", doc: "y = tanh(x)", params: p(slice, "y", "x"), unroll: 4, body: func(b *builder) {
		x := b.load("x")
		b.store("y", b.tanhTwice(b.add(x, x)))
	}},
	{name: "capTanh", doc: "y = post*tanh(x*pre/2); returns max y", params: join(p(slice, "y", "x"), p(float, "pre", "post")), ret: "max", unroll: 4, body: func(b *builder) {
		y := b.mul(b.tanhTwice(b.mul(b.load("x"), b.arg("pre"))), b.arg("post"))
		b.accMax(y)
		b.store("y", y)
	}},
	{name: "sumExpShift", doc: "Σ e^(x-shift)", params: join(p(slice, "x"), p(float, "shift")), ret: "sum", unroll: 4, body: func(b *builder) {
		b.accAdd(b.exp(b.sub(b.load("x"), b.arg("shift"))))
	}},
	{name: "columnExp", doc: "y = e^(y-m); l += y", params: p(slice, "y", "m", "l"), unroll: 4, body: func(b *builder) {
		y := b.exp(b.sub(b.load("y"), b.load("m")))
		b.store("y", y)
		b.store("l", b.add(b.load("l"), y))
	}},
	{name: "softmaxGrad", doc: "z = scale*e^(y-lse)*(1 - (y*invCap)²)", params: join(p(slice, "z", "y"), p(float, "lse", "scale", "invCap")), unroll: 4, body: func(b *builder) {
		y := b.load("y")
		e := b.mul(b.exp(b.sub(y, b.arg("lse"))), b.arg("scale"))
		t := b.mul(y, b.arg("invCap"))
		b.store("z", b.mul(b.fnma(t, t, b.num(1)), e))
	}},
	{name: "scoreGrad", doc: "p = e^(y-lse); ds = scale*p*(ds-d)*(1-(y*invCap)²)", params: join(p(slice, "p", "ds", "y"), p(float, "lse", "d", "scale", "invCap")), unroll: 4, body: func(b *builder) {
		y := b.load("y")
		e := b.exp(b.sub(y, b.arg("lse")))
		t := b.mul(y, b.arg("invCap"))
		s := b.mul(b.fnma(t, t, b.num(1)), b.arg("scale"))
		b.store("p", e)
		b.store("ds", b.mul(b.mul(s, e), b.sub(b.load("ds"), b.arg("d"))))
	}},
	{name: "geglu", stream: []string{"y"}, doc: "y = gelu(a)*b", params: p(slice, "y", "a", "b"), unroll: 4, body: func(b *builder) {
		a := b.load("a")
		s := b.sigmoidGelu(a, b.mul(a, a))
		b.store("y", b.mul(b.mul(a, s), b.load("b")))
	}},
	{name: "gegluGrad", stream: []string{"da"}, doc: "db = dy*gelu(a); da = dy*b*gelu'(a)", params: p(slice, "da", "db", "dy", "a", "b"), unroll: 4, body: func(b *builder) {
		a := b.load("a")
		square := b.mul(a, a)
		s := b.sigmoidGelu(a, square)
		slope := b.fma(square, b.num(6*geluK*geluC), b.num(2*geluK))
		as := b.mul(a, s)
		d := b.fma(b.mul(as, b.sub(b.num(1), s)), slope, s)
		g, u := b.load("dy"), b.load("b")
		b.store("db", b.mul(g, as))
		b.store("da", b.mul(b.mul(g, u), d))
	}},
}

func (b *builder) normDot(dy, x string, w ref) {
	g := b.load(dy)
	b.accFMA(b.fma(g, w, g), b.load(x))
}

func (b *builder) normGrad(w ref) ref {
	g, x := b.load("dy"), b.load("x")
	return b.mul(b.fnma(x, b.arg("c"), b.fma(g, w, g)), b.arg("r"))
}

func adamw(b *builder) {
	g := b.mul(b.load("g"), b.arg("gradScale"))
	m := b.add(b.mul(b.load("m"), b.arg("beta1")), b.mul(g, b.arg("gain1")))
	b.store("m", m)
	v := b.add(b.mul(b.load("v"), b.arg("beta2")), b.mul(b.mul(g, g), b.arg("gain2")))
	b.store("v", v)
	d := b.add(b.div(b.sqrt(v), b.arg("rootBias")), b.arg("eps"))
	step := b.div(b.mul(m, b.arg("step")), d)
	b.store("p", b.sub(b.mul(b.load("p"), b.arg("decay")), step))
}

// dropout is x*keep where the element's hash reaches the limit, else 0.
func (b *builder) dropout() ref {
	h := b.xori(b.counter(b.arg("i")), b.arg("k0"))
	h = b.xori(b.shri(h, 17), h)
	h = b.muli(h, b.bits(0xed5ad4bb))
	h = b.xori(b.shri(h, 11), h)
	h = b.addi(h, b.arg("k1"))
	h = b.muli(h, b.bits(0xac4c1b51))
	h = b.xori(b.shri(h, 15), h)
	h = b.muli(h, b.bits(0x31848bab))
	h = b.xori(b.shri(h, 14), h)
	return b.keep(b.mul(b.load("x"), b.arg("keep")), h, b.arg("limit"))
}

func (k *kernel) frameOf(name string) int {
	for _, p := range k.layout() {
		if p.name == name {
			return p.at
		}
	}
	panic("rowgen: no parameter " + name)
}

// signature is the parameter list as Go writes it.
func (k *kernel) signature() string {
	var parts []string
	for i, p := range k.params {
		t := map[paramKind]string{slice: "[]float32", float: "float32", word: "uint32", pointer: "*" + k.record}[p.kind]
		if i+1 < len(k.params) && k.params[i+1].kind == p.kind {
			parts = append(parts, p.name)
		} else {
			parts = append(parts, p.name+" "+t)
		}
	}
	return strings.Join(parts, ", ")
}

const header = "// Written by package rowgen from table.go; go test ./kernels/internal/rowgen -update rewrites it.\n\n"

type group struct {
	name string
	list []*kernel
}

// groups divides the tables into files of a readable length.
func groups() []group {
	third := (len(transcendental) + 2) / 3
	return []group{
		{"rownorm", kernels[:8]}, {"rowcap", capped[:1]}, {"rowcapgrad", capped[1:]}, {"rowkept", kept}, {"rows", kernels[8:18]}, {"rowstep", kernels[18:]},
		{"rowexp", transcendental[:third]}, {"rowloss", transcendental[third : 2*third]}, {"rowgelu", transcendental[2*third:]},
	}
}

// Files returns the generated files of package kernels by name.
func Files() map[string]string {
	files := map[string]string{}
	for _, g := range groups() {
		files[g.name+"_avx2_amd64.s"] = amd64File(false, withStreams(g.list))
		files[g.name+"_avx512_amd64.s"] = amd64File(true, withStreams(g.list))
		files[g.name+"_neon_arm64.s"] = arm64File(g.list)
	}
	files["rows_stubs_arm64.go"] = stubs("NEON")
	files["rows_stubs_amd64.go"] = stubs("AVX2", "AVX512")
	return files
}

func stubs(suffixes ...string) string {
	var s strings.Builder
	s.WriteString(strings.Replace(header, "\n\n", "\n", 1))
	fmt.Fprintf(&s, "\n//go:build !purego\n\npackage kernels\n")
	for _, suffix := range suffixes {
		for _, g := range groups() {
			list := g.list
			if suffix != "NEON" {
				list = withStreams(list)
			}
			for _, k := range list {
				ret := ""
				if k.ret != "" {
					ret = " float32"
				}
				fmt.Fprintf(&s, "\n//go:noescape\nfunc %s%s(%s)%s\n", k.name, suffix, k.signature(), ret)
			}
		}
	}
	return s.String()
}

func amd64File(wide bool, list []*kernel) string {
	var body strings.Builder
	g := &amd64{wide: wide, out: &body, used: map[uint32]bool{}}
	for _, k := range list {
		g.function(k)
	}
	var s strings.Builder
	s.WriteString(header + "//go:build !purego\n\n#include \"textflag.h\"\n")
	var all []uint32
	for c := range g.used {
		all = append(all, c)
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	s.WriteString("\n// Constants, one name per bit pattern.\n")
	for _, c := range all {
		name := fmt.Sprintf("c%08x", c)
		if wide {
			fmt.Fprintf(&s, "DATA %s<>+0(SB)/4, $0x%08x\nGLOBL %s<>(SB), RODATA|NOPTR, $4\n", name, c, name)
			continue
		}
		for at := 0; at < 32; at += 8 {
			fmt.Fprintf(&s, "DATA %s<>+%d(SB)/8, $0x%08x%08x\n", name, at, c, c)
		}
		fmt.Fprintf(&s, "GLOBL %s<>(SB), RODATA|NOPTR, $32\n", name)
	}
	lanes := 8
	if wide {
		lanes = 16
	}
	table := func(name string, words []uint32) {
		if !strings.Contains(body.String(), name+"<>") {
			return
		}
		for i, w := range words {
			fmt.Fprintf(&s, "DATA %s<>+%d(SB)/4, $0x%08x\n", name, 4*i, w)
		}
		fmt.Fprintf(&s, "GLOBL %s<>(SB), RODATA|NOPTR, $%d\n", name, 4*len(words))
	}
	index, step, mask := make([]uint32, lanes), make([]uint32, lanes), make([]uint32, 16)
	for i := range lanes {
		index[i], step[i] = uint32(i), uint32(lanes)
	}
	for i := range 8 {
		mask[i] = 0xffffffff
	}
	table("laneIndex", index)
	table("laneStep", step)
	table("laneMask", mask)
	return s.String() + body.String()
}
