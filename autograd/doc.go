// Package autograd records what a forward pass did and walks it backwards.
//
// A Tape is one step's record. Operations are functions that take Vars and return Vars: Linear, RMSNorm, Attention,
// GeGLU and the rest. Each stands in a file of its own, forward and backward next to each other. Activations are
// matrices [N, C]: N tokens of all documents of the batch, one after another, without padding; only attention
// knows where a document begins.
//
// Memory follows the tape. Activations are lent by an arena; one that no recorded operation will read again is given
// back at the end of its block (Mark, Release), and so is a result of cheap row operations that the walk makes again; the
// others go as the backward walk passes their last reader, and what logits took then serves gradients. A step that
// looks like the one before it allocates nothing.
//
// It may import kernels and tensor. It knows no model, no token and no file.
//
// Read var.go, tape.go, linear.go, then any operation; checkpoint.go and loss.go last.
package autograd
