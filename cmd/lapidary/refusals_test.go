package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/demo"
)

// What a user gets wrong is refused with words that say what it is, and with the contract's exit code.
func TestRefusalsSayWhat(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		writeFile(t, path, text)
		return path
	}
	model := filepath.Join(dir, "model")
	require.NoError(t, demo.WriteBase(model))
	empty, nameless, gguf := file("empty", ""), file("nameless.json", `[{"a":1}]`), file("x.gguf", "GGUF\x03\x00\x00\x00")
	rows := file("bfcl.jsonl", `{"id":"x","category":"irrelevance","messages":[{"role":"user","content":"hi"}],"tools":[],"ground_truth":[]}`)
	text := file("text.jsonl", `{"text":"hello"}`)
	for _, c := range []struct {
		code int
		says string
		args []string
	}{
		{exitInput, "empty: no row to train on: there are none", []string{"train", "--model", model, "--data", empty, "--output-dir", filepath.Join(dir, "out")}},
		{exitInput, "empty: no rows", []string{"data", "audit", "--data", empty}},
		{exitInput, "is a GGUF file: this version reads safetensors only", []string{"inspect", gguf}},
		{exitUsage, "--hash=md5", []string{"inspect", "--hash=md5", model}},
		{exitUsage, "--hidden-size -1 is not positive", []string{"init", "--output-dir", filepath.Join(dir, "m"), "--hidden-size", "-1"}},
		{exitInput, "empty: want a JSON list of tools", []string{"generate", "--model", model, "--prompt", "hi", "--tools", empty}},
		{exitInput, "tools[0]: want an object with a name", []string{"generate", "--model", model, "--prompt", "hi", "--tools", nameless}},
		{exitInput, "makes no text of the conversation", []string{"generate", "--model", model, "--prompt", "hi", "--template", empty}},
		{exitInput, "empty: no predictions", []string{"eval", "--task", "bfcl", "--predictions", empty, "--data", rows}},
		{exitInput, "not a directory", []string{"train", "--model", model, "--data", text, "--output-dir", empty}},
		{exitUsage, "lapidary --help lists them", []string{"flub"}},
	} {
		root := newRoot()
		root.SetOut(new(bytes.Buffer))
		root.SetArgs(c.args)
		err := root.ExecuteContext(t.Context())
		require.ErrorContains(t, err, c.says, c.args)
		require.Equal(t, c.code, exitCode(err), c.args)
	}
}
