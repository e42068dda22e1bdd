// Package chat turns conversations into the text a model is trained on or asked with, knows for every character of
// that text whose it is (so that masks are exact for every turn), and reads tool calls back out of model output.
//
// It may import tokenizer, tokenizer/literal and tokenizer/jinja.
//
// Reading order: message.go (what a conversation is), template.go (the built-in templates), flatten.go (system turns,
// tools and tool calls as text), span.go (whose characters), jinjatemplate.go (templates from a checkpoint), parse.go and
// stream.go (model output to calls).
package chat
