// Package tokenizer turns text into token ids and back, exactly as Hugging Face tokenizers does for a
// tokenizer.json and as SentencePiece does for a tokenizer.model (byte-pair encoding with byte fallback,
// the tokenizer family of Gemma-2).
//
// It may import internal/bound and internal/durable, nothing else of this module.
//
// Reading order: tokenizer.go (the type and its calls), vocab.go (pieces and their index), added.go (tokens
// found before any merging), encode.go (segments, cuts, cache), merge.go (the merging itself), decode.go,
// then the readers load.go, hfjson.go (with hfmerges.go and hfsettings.go), spmodel.go, config.go,
// the writer save.go, and the trainer train.go with writemodel.go and tiny.go.
package tokenizer
