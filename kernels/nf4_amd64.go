//go:build amd64 && !purego

package kernels

var nf4AVX2 = nf4Set{
	one: nf4OneAVX2, four: nf4FourAVX2, order: &orderAVX2, quantise: nf4QuantiseAVX2,
}

var nf4AVX512 = nf4Set{
	one: nf4OneAVX512, four: nf4FourAVX512, order: &orderAVX512, quantise: nf4QuantiseAVX2,
}

// widenNF4 writes whole blocks as float32, scales[b] for block b. It is called by name, not through the set, so that
// scales may stand on the caller's stack.
func (s *kernelSet) widenNF4(dst *float32, codes *byte, scales *float32, blocks int) {
	switch s.nf4 {
	case &nf4AVX512:
		nf4WidenAVX512(dst, codes, scales, blocks)
	case &nf4AVX2:
		nf4WidenAVX2(dst, codes, scales, blocks)
	default:
		nf4WidenGeneric(dst, codes, scales, blocks)
	}
}

// orderAVX2: codes of even elements come first, then those of odd ones; unpacking takes four bytes from each half of a
// vector at a time.
var orderAVX2 = func() (o [NF4Block]uint8) {
	for i := range o {
		odd, at := i%2, i/2
		o[i] = uint8(odd*32 + at%16/4*8 + at/16*4 + at%4)
	}
	return o
}()

// orderAVX512: four registers hold a byte of each of eight quadruples, the lower fours of bits (odd elements) in the lower half.
var orderAVX512 = func() (o [NF4Block]uint8) {
	for i := range o {
		even, at := 1-i%2, i/2
		o[i] = uint8(at%4*16 + even*8 + at/4)
	}
	return o
}()

//go:noescape
func nf4WidenAVX2(dst *float32, codes *byte, scales *float32, blocks int)

//go:noescape
func nf4OneAVX2(w *nf4Rows)

//go:noescape
func nf4FourAVX2(w *nf4Rows)

//go:noescape
func nf4QuantiseAVX2(codes *byte, scales, src *float32, blocks int)

//go:noescape
func nf4WidenAVX512(dst *float32, codes *byte, scales *float32, blocks int)

//go:noescape
func nf4OneAVX512(w *nf4Rows)

//go:noescape
func nf4FourAVX512(w *nf4Rows)
