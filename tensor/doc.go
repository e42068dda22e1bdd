// Package tensor gives numbers a shape, a type and a place: heap memory, or pages of a mapped file.
//
// A Tensor is dense and row-major. Its storage is either Go memory or bytes that somebody else mapped; both look the
// same to a reader, which is how a five-gigabyte checkpoint opens without being read. The package also holds the
// shape-checked forward mathematics that autograd is built from: a wrong shape is a caller's bug and panics here,
// with both shapes, before a kernel sees it.
//
// It may import kernels and nothing else of this module.
//
// Read dtype.go, tensor.go, then mat.go and math.go.
package tensor
