// Package safetensors reads and writes checkpoints in the safetensors format: one file, or shards under an index.
//
// Files are mapped, not read: opening checks the whole header and touches no data, and a tensor is a view of the
// mapping. A file is hostile until checked: every size is compared with the bytes that are there before anything is
// allocated, and each way a header can be wrong has an error value of its own. What is written has the layout of the
// reference library, byte for byte.
//
// It may import tensor, internal/bound and internal/durable.
//
// Read header.go (the rules), scan.go (the JSON they are read from), file.go, checkpoint.go, write.go, inspect.go.
package safetensors
