// Package gemma2 is the Gemma-2 model: its configuration, its weights, its forward pass for training, and its key/value
// cache for generation. It follows transformers' modeling_gemma2.py; names are those of the checkpoint.
//
// A projection is an nn.Layer in a slot (Model.Slots), so that an adapter can stand in its place without this package
// knowing. Activations are [N, C], all documents one after another; only attention knows where a document begins.
//
// It may import autograd, autograd/nn, tensor, tensor/safetensors, kernels and the internal packages; never lora.
//
// Read config.go, block.go, model.go, loss.go; then names.go and weights.go, cache.go and decoder.go; readconfig.go,
// writeconfig.go, presets.go, generation.go, save.go, initialise.go, resize.go and memory.go stand on their own.
package gemma2
