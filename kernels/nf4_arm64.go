//go:build !purego

package kernels

var nf4NEON = nf4Set{
	one: nf4OneNEON, four: nf4FourNEON, order: &orderNEON, quantise: nf4QuantiseGeneric,
}

// widenNF4 writes whole blocks as float32, scales[b] for block b. It is called by name, not through the set, so that
// scales may stand on the caller's stack.
func (s *kernelSet) widenNF4(dst *float32, codes *byte, scales *float32, blocks int) {
	if s.nf4 == &nf4NEON {
		nf4WidenNEON(dst, codes, scales, blocks)
	} else {
		nf4WidenGeneric(dst, codes, scales, blocks)
	}
}

// orderNEON: of each half of a block, the even elements come before the odd ones.
var orderNEON = func() (o [NF4Block]uint8) {
	for i := range o {
		o[i] = uint8(i/32*32 + i%2*16 + i%32/2)
	}
	return o
}()

//go:noescape
func nf4WidenNEON(dst *float32, codes *byte, scales *float32, blocks int)

//go:noescape
func nf4OneNEON(w *nf4Rows)

//go:noescape
func nf4FourNEON(w *nf4Rows)
