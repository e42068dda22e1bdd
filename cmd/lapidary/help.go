package main

// help describes every option, by its name in a run file. A test fails for an option without a line here.
var help = map[string]string{
	"tokenizer":           "directory, tokenizer.json or tokenizer.model; Hugging Face's rules for the first two, SentencePiece's for the last",
	"bos":                 "begin each row with <bos>",
	"added_tokens":        "special tokens to add, with new ids in this order",
	"decode":              "ids to text",
	"skip_special_tokens": "leave special tokens out of the text",
	"threads":             "worker threads (default: the cores this process may use)",
}
