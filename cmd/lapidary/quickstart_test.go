package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/demo"
)

// A short lesson tells the whole story, in plain text where there is no terminal, and leaves what the commands at its
// end need.
func TestQuickstartStory(t *testing.T) {
	l := demo.DefaultLesson(t.TempDir())
	l.Steps, l.Rows, l.Batch, l.Tests = peekSteps+2, 104, 2, 12
	var out bytes.Buffer
	require.NoError(t, quickstart(context.Background(), l, 2, &out))
	text := out.String()
	t.Log(text)
	at := 0
	for _, want := range []string{
		"1  A model that talks", "tools ", "question ", "answer ", "words, and no function call", "right calls  " + strings.Repeat("░", meterWidth) + "   0.0 %",
		"2  Fine-tune it", "step  50  loss", "right calls", "training loss",
		"3  A model that calls functions", "answer ", "right calls", "false calls",
		"in all.", "lapidary eval --model ", "lapidary data show", "lapidary train",
	} {
		i := strings.Index(text[at:], want)
		require.GreaterOrEqual(t, i, 0, "%q is not where it should be", want)
		at += i
	}
	require.NotContains(t, text, "\x1b")
	for _, f := range []string{"test.jsonl", "train.jsonl", "base/model.safetensors", "adapter/adapter_model.safetensors"} {
		require.FileExists(t, filepath.Join(l.Dir, f))
	}
}

func TestPaint(t *testing.T) {
	require.Equal(t, "\x1b[1mx\x1b[0m", paint(true).bold("x"))
	require.Equal(t, "x", paint(false).red("x"))
	require.False(t, bool(paintFor(&bytes.Buffer{})))
}
