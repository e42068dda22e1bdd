// Package jinja renders the chat templates that come with checkpoints: the part of Jinja2 that such templates use, set up
// as transformers sets it up (trim_blocks, lstrip_blocks, loop controls, tojson without ASCII escapes, an immutable
// sandbox).
//
// Templates are hostile until rendered. There is no access to anything but maps, lists, strings, numbers and bools,
// nothing is read from disk, and depth, steps, bytes made and bytes written are budgeted (limits.go), so that no
// template can hang or kill the process: a general library recurses on the Go stack without a limit, which no recover
// can catch. Every character of the output carries the origin of the value it came from, which a general library cannot
// tell either; masks need it.
//
// It imports tokenizer/literal.
//
// Reading order: jinja.go, value.go, lex.go, parse.go, postfix.go, statement.go, exec.go, eval.go, operate.go, call.go, method.go,
// filter.go, listfilter.go, test.go.
package jinja
