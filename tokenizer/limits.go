package tokenizer

// Limits on what a file may claim. Real tokenizers stay far below: the largest known tokenizer.json are about
// 35 MB with 260,000 pieces and 600,000 merges.
const (
	maxFileBytes   = 1 << 29 // tokenizer.json, tokenizer.model
	maxConfigBytes = 1 << 24 // tokenizer_config.json, chat_template.jinja, generation_config.json
	maxPieces      = 1 << 24 // ids stay below
	maxAddedBytes  = 1 << 10 // length of one added token: bounds the look-ahead of the matcher
	maxPieceBytes  = 1 << 14 // length of one piece of a tokenizer.model
	maxJSONDepth   = 128
	idSlack        = 1 << 16 // ids may exceed twice the number of entries by this (files with holes)
)
