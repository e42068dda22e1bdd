// Package lora adapts a model with few trained weights, as PEFT does it: LoRA, rank-stabilised LoRA and DoRA on
// linear layers and on the embedding, replacement rows for single tokens, and whole modules trained beside the frozen
// ones. It reads and writes PEFT's files, and merges an adapter into a checkpoint.
//
// It meets a model at nn.Slot and knows no architecture: an adapter wraps the layer that it finds in a slot and stands
// in its place. Where this package differs from PEFT it is on purpose and said where it happens: a tied embedding and
// head that were trained apart are merged into two matrices, not into one.
//
// It may import autograd, autograd/nn, tensor, tensor/safetensors, kernels and the internal packages; never
// model/gemma2.
//
// Read config.go, target.go and layers.go (the mathematics), then plan.go and attach.go (what stands where), files.go
// and load.go (PEFT's files), merge.go. dora.go, embedding.go and tokens.go hold the operations of their names.
package lora
