// Package nn holds the layers that a model is built from, and the seam at which adapters join them.
//
// A model's projections are Layers in slots with Hugging Face's module paths. An adapter wraps the layer it finds in a
// slot and puts itself there; neither side knows the other's package.
//
// It may import autograd, tensor and kernels. Read parameter.go, layers.go, batch.go.
package nn
