package rowgen

// param is a parameter of the Go declaration, in order.
type param struct {
	name string
	kind paramKind
}

type paramKind uint8

const (
	slice   paramKind = iota // []float32
	float                    // float32
	word                     // uint32
	pointer                  // to a struct of float32, whose fields are scalars
)

// kernel is one function of every instruction set: the Go declaration and what happens to one vector of elements.
type kernel struct {
	name   string
	doc    string // meaning, in the algebra of rowops.go
	params []param
	record string   // type of the pointer parameter
	fields []string // of the pointer parameter
	ret    string   // "", "sum" or "max": the float32 result over all elements
	stream []string // slices that the Stream twin (amd64) writes past the caches; they start at a vector's boundary
	ahead  []string // slices that come from memory, one after the other: amd64 calls them in aheadBytes before it reads them
	unroll int      // vectors, and accumulators, of a round of the main loop
	// deep: on AVX2, vectors of the main round of a body made for few registers; its operations depend on each other over some
	// 70 cycles, of which the scheduler sees a third, so that six have to stand side by side to keep both ports busy. Rounds
	// of half as many follow, and there are as many accumulators as in those.
	deep int
	// neon: vectors of a round on NEON, if not unroll: a guard sends whole rounds the slow way, so that kernels whose
	// elements are to have the same bits need rounds of one length.
	neon int
	body func(b *builder)
	slow func(b *builder) // what a guard of body leaves for
}

// withStreams inserts the Stream twins.
func withStreams(list []*kernel) []*kernel {
	var out []*kernel
	for _, k := range list {
		plain := *k
		plain.stream = nil
		out = append(out, &plain)
		if k.stream != nil {
			twin := *k
			twin.name += "Stream"
			twin.doc += ", written past the caches"
			out = append(out, &twin)
		}
	}
	return out
}

// scalarArg is a scalar and where it stands: in the frame, or in the struct at an offset.
type scalarArg struct {
	name   string
	frame  int // offset in the frame, of the pointer if field >= 0
	ptr    string
	field  int
	isWord bool
}

func (k *kernel) scalars() []scalarArg {
	var s []scalarArg
	for _, p := range k.layout() {
		switch p.kind {
		case float, word:
			s = append(s, scalarArg{name: p.name, frame: p.at, field: -1, isWord: p.kind == word})
		case pointer:
			for i, f := range k.fields {
				s = append(s, scalarArg{name: f, frame: p.at, ptr: p.name, field: 4 * i})
			}
		}
	}
	return s
}

type placed struct {
	param
	at int
}

// layout gives the frame offset of every parameter (ABI0).
func (k *kernel) layout() []placed {
	var out []placed
	at := 0
	for _, p := range k.params {
		switch p.kind {
		case slice:
			at = (at + 7) &^ 7
			out = append(out, placed{p, at})
			at += 24
		case pointer:
			at = (at + 7) &^ 7
			out = append(out, placed{p, at})
			at += 8
		default:
			out = append(out, placed{p, at})
			at += 4
		}
	}
	return out
}

// argBytes is the size of the arguments and results; retAt is where the result stands.
func (k *kernel) argBytes() (size, retAt int) {
	l := k.layout()
	p := l[len(l)-1]
	size = p.at + map[paramKind]int{slice: 24, pointer: 8, float: 4, word: 4}[p.kind]
	if k.ret == "" {
		return size, 0
	}
	retAt = (size + 7) &^ 7
	return retAt + 4, retAt
}

func (k *kernel) slices() []string {
	var s []string
	for _, p := range k.params {
		if p.kind == slice {
			s = append(s, p.name)
		}
	}
	return s
}

// build makes the body; constants are shared by all copies.
func (k *kernel) build(consts *[]uint32, few bool, body func(b *builder)) (code []instr, values, places int) {
	b := &builder{k: k, consts: consts, few: few}
	body(b)
	return b.code, b.values, b.places
}

// idle reports whether no body reads a field of the struct: it then takes no register.
func (k *kernel) idle(id int) bool {
	for _, body := range []func(b *builder){k.body, k.slow} {
		if body == nil {
			continue
		}
		code, _, _ := k.build(new([]uint32), false, body)
		for _, in := range code {
			for _, r := range []ref{in.a, in.b, in.c} {
				if r == (ref{scalar, id}) {
					return false
				}
			}
		}
	}
	return true
}

func p(kind paramKind, names ...string) []param {
	var out []param
	for _, n := range names {
		out = append(out, param{n, kind})
	}
	return out
}

func join(ps ...[]param) []param {
	var out []param
	for _, p := range ps {
		out = append(out, p...)
	}
	return out
}
