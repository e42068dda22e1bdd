// Package safetensors reads and writes the safetensors format: single files and sharded checkpoints.
//
// Opening maps the file and checks the whole of its header; tensors are views of the mapped pages, so that a
// five-gigabyte checkpoint opens at once and its weights stay in the page cache, shared by processes. A file is
// hostile until checked: every size is compared with the bytes that are there before anything is allocated, holes,
// overlaps, duplicates and trailing bytes are refused, and each kind of defect has its own error value. What the
// reference reader accepts is accepted, except duplicate names (it keeps the last) and offsets or dimensions beyond
// what an int holds.
//
// The writer gives the bytes of the reference writer and writes through internal/durable.
//
// It may import tensor, internal/bound and internal/durable.
//
// A mapped file must not be truncated by anybody while it is open: reading beyond the new end raises SIGBUS, which
// ends the process. The size is taken from the open file and compared with the header, so a file that was already
// short is an error. Replacing a file by renaming, as this package and every careful downloader does, is safe.
//
// Read errors.go, scan.go, header.go and layout.go, then file.go, index.go and checkpoint.go, write.go and shard.go,
// inspect.go.
package safetensors
